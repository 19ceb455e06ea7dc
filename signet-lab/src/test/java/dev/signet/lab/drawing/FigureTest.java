package dev.signet.lab.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FigureTest {
    private static final int STEPS = 1000;

    /** Areas by the formulas of plane geometry. */
    @ParameterizedTest
    @CsvSource({
        "DISC, 2.54469", // pi .9^2
        "RING, 1.69646", // pi (.81 - .27)
        "TRIANGLE, 1.29904", // 3/4 sqrt 3
        "SQUARE, 2.0736", // 1.44^2
        "PENTAGON, 2.37764", // 5/2 sin 72
        "STAR, 1.12257", // 5 sin 36 r with r = cos 72 / cos 36
        "CROSS, 1.7024", // 2 * 1.8 * .56 - .56^2
        "HALF_DISC, 1.5708", // pi / 2
    })
    void figuresHaveTheirAreas(Figure figure, double area) {
        assertThat(area(figure, 1)).isCloseTo(area, within(0.01));
    }

    @ParameterizedTest
    @EnumSource(Figure.class)
    void figuresLieInTheUnitCircleAndFillAGoodPartOfIt(Figure figure) {
        assertThat(area(figure, 1.1)).isBetween(0.9, 2.6);
        for (int degree = 0; degree < 360; degree++) {
            double angle = Math.toRadians(degree);
            assertThat(figure.contains(1.1 * Math.cos(angle), 1.1 * Math.sin(angle)))
                    .isFalse();
        }
    }

    private static double area(Figure figure, double reach) {
        int inside = 0;
        for (int row = 0; row < STEPS; row++) {
            for (int column = 0; column < STEPS; column++) {
                inside +=
                        figure.contains(reach * (2 * (column + 0.5) / STEPS - 1), reach * (2 * (row + 0.5) / STEPS - 1))
                                ? 1
                                : 0;
            }
        }
        return 4 * reach * reach * inside / ((double) STEPS * STEPS);
    }
}
