package dev.signet.engine.operator;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.product.Window;
import java.util.Arrays;

/**
 * Maxima or sums over the windows of a plane: first down its columns, then along its rows, as many rows at a time as the strides allow.
 * What lies beside the plane is {@link #nothing}, which changes neither.
 *
 * @param window the windows
 * @param maximum maxima, or sums
 */
record PooledPlane(Window window, boolean maximum) {
    private float nothing() {
        return maximum ? Float.NEGATIVE_INFINITY : 0;
    }

    // What the windows reach over from the first one's start.
    private int span(int axis) {
        int last = Math.multiplyExact(window.output()[axis] - 1, window.stride()[axis]);
        int reach = Math.multiplyExact(window.kernel()[axis] - 1, window.dilation()[axis]) + 1;
        return Math.max(Math.addExact(last, reach), window.before()[axis] + window.input()[axis]);
    }

    // Whether the plane itself can be read: all windows lie in it, and begin with it.
    private boolean isWhole() {
        boolean whole = width(window.input()[1]) == window.input()[1];
        for (int i = 0; i < 2; i++) {
            whole &= window.before()[i] == 0 && span(i) == window.input()[i];
        }
        return whole;
    }

    // Rows begin at multiples of the stride, so that a step goes from the last output of a row to the first of the
    // next.
    private int width(int span) {
        int stride = window.stride()[1];
        return Math.ceilDiv(span, stride) * stride;
    }

    private int width() {
        return isWhole() ? window.input()[1] : width(span(1));
    }

    // Outputs of a row, with those between its end and the next row.
    private int outputs() {
        return width() / window.stride()[1];
    }

    private int padded() {
        return isWhole() ? 0 : Math.multiplyExact(span(0), width());
    }

    // As the last window of the last row may begin near its end.
    private int columns() {
        return Math.addExact(
                Math.multiplyExact(window.output()[0], width()),
                (window.kernel()[1] - 1) * window.dilation()[1] + window.stride()[1]);
    }

    private int sums() {
        return Math.multiplyExact(window.output()[0], outputs());
    }

    /** Floats of memory that {@link #run} needs: the padded plane, what is joined down its columns, every how manieth of that, and along its rows. */
    int scratch() {
        return Math.addExact(Math.addExact(padded(), columns()), Math.multiplyExact(2, sums()));
    }

    /** Computes plane {@code plane} of the output from that of the input. */
    void run(Kernels kernels, float[] from, float[] to, int plane, float[] scratch) {
        int start = plane * window.input()[0] * window.input()[1];
        float[] source = isWhole() ? from : scratch;
        int sourceAt = isWhole() ? start : 0;
        if (!isWhole()) {
            pad(from, start, scratch);
        }
        int joined = padded();
        down(kernels, source, sourceAt, scratch, joined);
        int rows = window.output()[0];
        int columns = window.output()[1];
        int at = plane * rows * columns;
        if (outputs() == columns) {
            along(kernels, scratch, joined, to, at);
            return;
        }
        int sums = joined + columns() + sums();
        along(kernels, scratch, joined, scratch, sums);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(scratch, sums + r * outputs(), to, at + r * columns, columns);
        }
    }

    private void pad(float[] from, int start, float[] scratch) {
        Arrays.fill(scratch, 0, padded(), nothing());
        int width = window.input()[1];
        for (int r = 0; r < window.input()[0]; r++) {
            int to = (window.before()[0] + r) * width() + window.before()[1];
            System.arraycopy(from, start + r * width, scratch, to, width);
        }
    }

    private void down(Kernels kernels, float[] source, int sourceAt, float[] scratch, int to) {
        int width = width();
        int rows = window.output()[0];
        int stride = window.stride()[0];
        // Rows that follow one another are one.
        int times = stride == 1 ? 1 : rows;
        int length = stride == 1 ? rows * width : width;
        for (int r = 0; r < times; r++) {
            int at = to + r * width;
            for (int i = 0; i < window.kernel()[0]; i++) {
                int row = sourceAt + (r * stride + i * window.dilation()[0]) * width;
                if (i == 0) {
                    System.arraycopy(source, row, scratch, at, length);
                } else {
                    join(kernels, source, row, scratch, at, length);
                }
            }
        }
        Arrays.fill(scratch, to + rows * width, to + columns(), nothing());
    }

    private void along(Kernels kernels, float[] scratch, int from, float[] to, int at) {
        int stride = window.stride()[1];
        int count = sums();
        int picked = from + columns();
        for (int j = 0; j < window.kernel()[1]; j++) {
            int first = from + j * window.dilation()[1];
            float[] target = j == 0 ? to : scratch;
            int targetAt = j == 0 ? at : picked;
            if (stride == 1) {
                if (j == 0) {
                    System.arraycopy(scratch, first, to, at, count);
                } else {
                    join(kernels, scratch, first, to, at, count);
                }
                continue;
            }
            if (stride == 2) {
                kernels.everySecond(scratch, first, target, targetAt, count);
            } else {
                for (int c = 0; c < count; c++) {
                    target[targetAt + c] = scratch[first + c * stride];
                }
            }
            if (j > 0) {
                join(kernels, scratch, picked, to, at, count);
            }
        }
    }

    private void join(Kernels kernels, float[] x, int xOffset, float[] y, int yOffset, int n) {
        if (maximum) {
            kernels.maximum(x, xOffset, y, yOffset, n);
        } else {
            kernels.add(y, yOffset, x, xOffset, y, yOffset, n);
        }
    }
}
