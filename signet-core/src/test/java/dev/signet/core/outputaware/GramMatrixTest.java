package dev.signet.core.outputaware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.compute.ParallelLoop;
import dev.signet.core.vector.Vectorization;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GramMatrixTest {
    private static final GramMatrix FOUR =
            new GramMatrix(4, new float[] {4, 1, 2, 3, 1, 4, 1, 2, 2, 1, 4, 1, 3, 2, 1, 4});

    @Test
    void dampingKeepsWhatLiesInsideAChannel() {
        assertThat(FOUR.damped(0.5, 2, 0).values())
                .containsExactly(4, 1, 1, 1.5f, 1, 4, 0.5f, 1, 1, 0.5f, 4, 1, 1.5f, 1, 1, 4);
        assertThat(FOUR.damped(1, 1, 0.25).values()).containsExactly(5, 0, 0, 0, 0, 5, 0, 0, 0, 0, 5, 0, 0, 0, 0, 5);
        assertThat(FOUR.damped(0, 4, 0)).usingRecursiveComparison().isEqualTo(FOUR);
    }

    @Test
    void refusesWhatIsNoMatrixOfMoments() {
        assertThatThrownBy(() -> new GramMatrix(2, new float[3])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GramMatrix(1, new float[] {-1})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GramMatrix(1, new float[] {Float.NaN}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FOUR.damped(1.1, 2, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FOUR.damped(0.5, 3, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 63, 64, 65, 130, 257})
    void factorReproducesTheLoss(int n) {
        Random random = new Random(n);
        float[] h = new float[n * n];
        for (int s = 0; s < 2 * n; s++) {
            float[] x = new float[n];
            for (int j = 0; j < n; j++) {
                x[j] = (float) random.nextGaussian();
            }
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    h[i * n + j] += x[i] * x[j];
                }
            }
        }
        GramMatrix gram = new GramMatrix(n, h);

        TriangularFactor factor = TriangularFactor.of(gram, Vectorization.kernels(), ParallelLoop.sequential());

        // H + r I = L D L^T: the pivots follow from the first column on, and so does each element.
        double ridge = 0;
        for (int j = 0; j < n; j++) {
            ridge += 1e-3 * h[j * n + j] / n;
        }
        double[] pivots = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double rest = h[i * n + j] + (i == j ? ridge : 0);
                for (int k = 0; k < j; k++) {
                    double right = factor.values()[j * n + k];
                    rest -= factor.values()[i * n + k] * pivots[k] * right;
                }
                if (i == j) {
                    pivots[i] = rest;
                    assertThat(rest).isPositive();
                } else {
                    double expected = rest / pivots[j];
                    assertThat((double) factor.values()[i * n + j]).isCloseTo(expected, within(2e-3));
                }
            }
        }
    }
}
