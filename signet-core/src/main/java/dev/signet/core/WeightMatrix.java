package dev.signet.core;

import java.util.Locale;

/**
 * A weight tensor seen as a matrix [filters x inputs], row-major: row {@code f} holds the weights that make output channel
 * {@code f}.
 *
 * @param filters rows: output channels
 * @param inputs columns: weights of one filter, kernel slice after kernel slice
 * @param kernelSize weights of one spatial kernel slice (9 for a 3x3 convolution, 1 for a fully connected layer); divides
 *     {@code inputs}
 * @param values {@code filters * inputs} weights; not copied, never written to
 */
public record WeightMatrix(int filters, int inputs, int kernelSize, float[] values) {
    /** @throws IllegalArgumentException if the sizes do not fit together */
    public WeightMatrix {
        if (filters < 1 || inputs < 1 || kernelSize < 1 || inputs % kernelSize != 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "not a weight matrix: %d filters x %d inputs, kernels of %d",
                    filters,
                    inputs,
                    kernelSize));
        }
        if (values.length != Math.multiplyExact(filters, inputs)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%d filters x %d inputs need %d values, not %d",
                    filters,
                    inputs,
                    filters * inputs,
                    values.length));
        }
    }

    /** The weights of a 2-D convolution, [filters, channels, kernelHeight, kernelWidth] in ONNX's order. */
    public static WeightMatrix ofConv(int filters, int channels, int kernelHeight, int kernelWidth, float[] values) {
        int kernelSize = kernelHeight * kernelWidth;
        return new WeightMatrix(filters, channels * kernelSize, kernelSize, values);
    }

    /** Number of weights. */
    public int size() {
        return values.length;
    }
}
