package dev.signet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTableTest {
    private static List<String> lines(int columns) {
        var table = new TextTable("weight", "shape", "bits", "before", "after", "");
        table.add("/features/features.0/Conv.weight", "64x64x3x3", 3, 147456, 14000, "");
        table.add("head", "10", "-", 400, 400, "kept: too small to be worth the entry in the table of weights");
        var text = new StringWriter();
        table.print(new PrintWriter(text, true), columns);
        return text.toString().lines().toList();
    }

    @Test
    void withoutAWidthNothingIsLeftOut() {
        assertThat(lines(0)).hasSize(4).anyMatch(line -> line.length() > 100);
        assertThat(lines(0).get(2)).startsWith("/features/features.0/Conv.weight  64x64x3x3     3  147456  14000");
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 40, 60, 72, 80, 100, 120})
    void everyLineFits(int columns) {
        List<String> lines = lines(columns);
        assertThat(lines).allMatch(line -> line.length() <= columns);
        // No figure is lost or cut.
        assertThat(String.join("\n", lines)).contains("147456", "14000", "400");
    }

    @Test
    void namesKeepTheirEnds() {
        assertThat(lines(60).get(2)).startsWith("/feat").contains("weight");
    }

    @Test
    void columnsWithoutRoomFollowBesideTheFirst() {
        assertThat(lines(30).stream().filter(line -> line.startsWith("weight")).count())
                .isGreaterThan(1);
    }
}
