package dev.signet.engine.operator;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.product.Window;
import java.util.Arrays;

/**
 * Maxima or sums over the windows of a plane, row by row of the output: first down the columns, then along the row, both on
 * vectors. What lies beside the plane is {@link #nothing}, which changes neither.
 *
 * @param window the windows
 * @param maximum maxima, or sums
 */
record PooledRow(Window window, boolean maximum) {
    private float nothing() {
        return maximum ? Float.NEGATIVE_INFINITY : 0;
    }

    // What the windows of a row reach over, from the first one's start.
    private int span() {
        int last = (window.output()[1] - 1) * window.stride()[1];
        int reach = (window.kernel()[1] - 1) * window.dilation()[1] + 1;
        return Math.max(Math.addExact(last, reach), window.before()[1] + window.input()[1]);
    }

    /** Floats of memory that {@link #plane} needs. */
    int scratch() {
        return Math.addExact(span(), window.output()[1]);
    }

    /** Computes plane {@code plane} of the output from that of the input. */
    void plane(Kernels kernels, float[] from, float[] to, int plane, float[] scratch) {
        int height = window.input()[0];
        int width = window.input()[1];
        int outputs = window.output()[1];
        int before = window.before()[1];
        int span = span();
        for (int r = 0; r < window.output()[0]; r++) {
            Arrays.fill(scratch, 0, span, nothing());
            for (int i = 0; i < window.kernel()[0]; i++) {
                int y = r * window.stride()[0] - window.before()[0] + i * window.dilation()[0];
                if (y >= 0 && y < height) {
                    join(kernels, from, (plane * height + y) * width, scratch, before, width);
                }
            }
            int at = (plane * window.output()[0] + r) * outputs;
            Arrays.fill(to, at, at + outputs, nothing());
            for (int j = 0; j < window.kernel()[1]; j++) {
                along(kernels, scratch, j * window.dilation()[1], span, to, at);
            }
        }
    }

    private void along(Kernels kernels, float[] scratch, int first, int strided, float[] to, int at) {
        int outputs = window.output()[1];
        int stride = window.stride()[1];
        if (stride == 1) {
            join(kernels, scratch, first, to, at, outputs);
            return;
        }
        if (stride == 2) {
            kernels.everySecond(scratch, first, scratch, strided, outputs);
        } else {
            for (int c = 0; c < outputs; c++) {
                scratch[strided + c] = scratch[first + c * stride];
            }
        }
        join(kernels, scratch, strided, to, at, outputs);
    }

    private void join(Kernels kernels, float[] x, int xOffset, float[] y, int yOffset, int n) {
        if (maximum) {
            kernels.maximum(x, xOffset, y, yOffset, n);
        } else {
            kernels.add(y, yOffset, x, xOffset, y, yOffset, n);
        }
    }
}
