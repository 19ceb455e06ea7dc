package dev.signet.core.vector;

import java.util.Arrays;

/** The kernels in plain Java: the reference, and the fallback where the Vector API is missing. */
final class ScalarKernels implements SolverKernels {
    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void sumsAbove(
            float[] weights,
            float[] importance,
            float[] products,
            int length,
            float[] thresholds,
            double[] mass,
            double[] moment) {
        int count = thresholds.length;
        Arrays.fill(mass, 0, count, 0);
        Arrays.fill(moment, 0, count, 0);
        for (int i = 0; i < length; i++) {
            int rank = rank(weights[i], thresholds);
            if (rank > 0) {
                mass[rank - 1] += importance[i];
                moment[rank - 1] += products[i];
            }
        }
        for (int t = count - 2; t >= 0; t--) {
            mass[t] += mass[t + 1];
            moment[t] += moment[t + 1];
        }
    }

    @Override
    public void assign(float[] weights, int length, float[] thresholds, byte[] codes, byte[] assigned) {
        for (int i = 0; i < length; i++) {
            assigned[i] = codes[rank(weights[i], thresholds)];
        }
    }

    /** How many of the rising thresholds lie below {@code weight}. */
    static int rank(float weight, float[] thresholds) {
        int low = 0;
        int high = thresholds.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (weight > thresholds[middle]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public void multiplyAdd(Tile x, Tile matrix, Tile y, int rows, int depth, int columns) {
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < depth; j++) {
                float factor = x.values()[x.from() + r * x.stride() + j];
                int fromY = y.from() + r * y.stride();
                addScaled(factor, matrix.values(), matrix.from() + j * matrix.stride(), y.values(), fromY, columns);
            }
        }
    }

    @Override
    public void addScaled(float factor, float[] x, int fromX, float[] y, int fromY, int length) {
        for (int k = 0; k < length; k++) {
            y[fromY + k] += factor * x[fromX + k];
        }
    }

    @Override
    public double dot(float[] x, int fromX, float[] y, int fromY, int length) {
        double sum = 0;
        for (int k = 0; k < length; k++) {
            sum += (double) x[fromX + k] * y[fromY + k];
        }
        return sum;
    }
}
