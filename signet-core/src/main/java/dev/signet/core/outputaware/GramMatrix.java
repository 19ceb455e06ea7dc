package dev.signet.core.outputaware;

import java.util.Locale;

/**
 * The second moments of a layer's inputs, {@code H = E[x x^T]}, x being one im2col row: [size x size], symmetric, positive
 * semidefinite. {@code (w - q)^T H (w - q)} is the mean squared error of the layer's output when q stands for w.
 *
 * @param size inputs of a filter
 * @param values {@code size * size} entries, row-major; not copied, never written to
 */
public record GramMatrix(int size, float[] values) {
    /** @throws IllegalArgumentException if {@code values} has the wrong length, or an entry of the diagonal is negative or not finite */
    public GramMatrix {
        if (size < 1 || values.length != Math.multiplyExact(size, size)) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "a matrix of size %d does not have %d entries", size, values.length));
        }
        for (int j = 0; j < size; j++) {
            float diagonal = values[j * size + j];
            if (!(diagonal >= 0 && diagonal <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "the mean square of input %d is %s", j, diagonal));
            }
        }
    }

    /** Rounds fp64 sums. */
    public static GramMatrix of(int size, double[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) values[i];
        }
        return new GramMatrix(size, rounded);
    }

    /** The mean square of each input: the heat map that this matrix contains. */
    public float[] diagonal() {
        float[] diagonal = new float[size];
        for (int j = 0; j < size; j++) {
            diagonal[j] = values[j * size + j];
        }
        return diagonal;
    }

    /**
     * A matrix that trusts correlations less: {@code (1 - blend) H + blend * blockdiag(H) + ridge * mean(diag H) * I}, where
     * blockdiag keeps the correlations inside each input channel. Synthetic inputs get those between channels wrong in detail,
     * and few samples leave H singular.
     *
     * @param blend in [0, 1]; 0 for none
     * @param kernelSize inputs of one channel: 9 for a 3x3 convolution
     * @param ridge relative to the mean of the diagonal; 1e-6 to 1e-2 are usual
     * @throws IllegalArgumentException if an argument is out of its range
     */
    public GramMatrix damped(double blend, int kernelSize, double ridge) {
        if (!(blend >= 0 && blend <= 1) || !(ridge >= 0) || kernelSize < 1 || size % kernelSize != 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "blend %s, kernels of %d inputs of %d, ridge %s do not make sense",
                    blend,
                    kernelSize,
                    size,
                    ridge));
        }
        float[] damped = values.clone();
        float between = (float) (1 - blend);
        double trace = 0;
        for (int j = 0; j < size; j++) {
            int channel = j / kernelSize * kernelSize;
            scale(damped, j * size, j * size + channel, between);
            scale(damped, j * size + channel + kernelSize, (j + 1) * size, between);
            trace += values[j * size + j];
        }
        float added = (float) (ridge * trace / size);
        for (int j = 0; j < size; j++) {
            damped[j * size + j] += added;
        }
        return new GramMatrix(size, damped);
    }

    private static void scale(float[] values, int from, int to, float factor) {
        for (int i = from; i < to; i++) {
            values[i] *= factor;
        }
    }
}
