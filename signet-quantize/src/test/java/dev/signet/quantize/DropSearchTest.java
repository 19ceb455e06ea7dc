package dev.signet.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropSearchTest {
    @ParameterizedTest
    @ValueSource(doubles = {3, 8.5, 13, 19.9, 20, 20.1, 27, 33, 44})
    void findsTheFewestDecibelsInFewTrials(double least) {
        var search = new DropSearch();
        double found = Double.POSITIVE_INFINITY;
        int trials = 0;
        for (; !search.isDone(); trials++) {
            double decibels = search.next();
            search.tried(decibels, decibels >= least);
            found = decibels >= least ? Math.min(found, decibels) : found;
        }
        assertThat(found).isBetween(least, least + 1.5);
        assertThat(trials).isLessThanOrEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsWhereAllIsGoodAndWhereNothingIs(boolean good) {
        var search = new DropSearch();
        for (int trials = 0; !search.isDone(); trials++) {
            assertThat(trials).isLessThan(10);
            search.tried(search.next(), good);
        }
    }
}
