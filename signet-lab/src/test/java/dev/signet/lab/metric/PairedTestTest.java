package dev.signet.lab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedTestTest {
    @ParameterizedTest
    @CsvSource({"1, 0.5", "4.302653, 0.05", "3.182446, 0.05", "2.776445, 0.05", "2.570582, 0.05"})
    void studentsTableOfOneToFiveDegrees(double t, double p) {
        int degrees = switch ((int) (1000 * t)) {
            case 1000 -> 1;
            case 4302 -> 2;
            case 3182 -> 3;
            case 2776 -> 4;
            default -> 5;
        };
        assertThat(PairedTest.student(t, degrees)).isCloseTo(p, within(1e-6));
        assertThat(PairedTest.student(-t, degrees)).isCloseTo(p, within(1e-6));
    }

    @Test
    void manyDegreesAreNormal() {
        assertThat(PairedTest.student(1.959964, Integer.MAX_VALUE)).isCloseTo(0.05, within(1e-4));
    }

    @Test
    void mcNemarCountsCoins() {
        // Twice the chance of at most one head among ten coins: 2 (1 + 10) / 1024.
        assertThat(PairedTest.mcNemar(9, 1)).isCloseTo(22 / 1024.0, within(1e-12));
        assertThat(PairedTest.mcNemar(5, 5)).isEqualTo(1);
        assertThat(PairedTest.mcNemar(0, 0)).isEqualTo(1);
        // Above the exact sums: 1,100 against 1,000 is 2.16 standard deviations with the correction for continuity.
        assertThat(PairedTest.mcNemar(1000, 1100)).isCloseTo(0.0307, within(5e-4));
    }

    @Test
    void onlyImagesCountThatOneModelGetsRightAndTheOtherWrong() {
        double[] a = new double[1000];
        double[] b = new double[1000];
        Arrays.fill(a, 100);
        Arrays.fill(b, 100);
        Arrays.fill(a, 0, 1, 0);
        Arrays.fill(b, 1, 10, 0);
        PairedTest test = PairedTest.of(a, b).orElseThrow();
        assertThat(test.difference()).isCloseTo(0.8, within(1e-12));
        assertThat(test.probability()).isCloseTo(22 / 1024.0, within(1e-12));
        assertThat(test.isSignificant()).isTrue();
    }

    @Test
    void figuresOfPicturesAreComparedPictureByPicture() {
        // Pictures differ by far more than the models do, which differ by the same on each.
        double[] a = {30, 40, 25, 35};
        double[] b = {30.1, 40.12, 25.09, 35.11};
        assertThat(PairedTest.of(a, b).orElseThrow().isSignificant()).isTrue();
        assertThat(PairedTest.of(a, a).orElseThrow().probability()).isEqualTo(1);
        assertThat(PairedTest.of(a, new double[3])).isEmpty();
    }

    @Test
    void uncertaintyOfCountsIsThatOfWilson() {
        double[] samples = new double[10_000];
        Arrays.fill(samples, 0, 9160, 100);
        SequencedMap<Metric, Double> figures = new LinkedHashMap<>();
        figures.put(Metric.TOP1, 91.6);
        var measured = new Measured(figures, samples);
        assertThat(measured.uncertainty().orElseThrow()).isCloseTo(0.2774, within(1e-3));
        assertThat(measured.text(Metric.TOP1)).isEqualTo("91.60 ± 0.28");
        assertThat(measured.text(Metric.TOP5)).isEqualTo("-");
        var perfect = new Measured(figures, new double[] {100, 100, 100, 100});
        assertThat(perfect.uncertainty().orElseThrow()).isCloseTo(10, within(1e-9));
        var few = new Measured(figures, new double[] {30, 32, 34});
        assertThat(few.uncertainty().orElseThrow()).isCloseTo(2 / Math.sqrt(3), within(1e-9));
    }
}
