package dev.signet.core.vectorization;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The kernels with the Vector API, in the widest vectors that the processor has. */
final class VectorKernels implements SolverKernels {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    /** After so many vectors the fp32 partial sums go into fp64 ones: keeps their error below about 1e-7. */
    private static final int BLOCK = 64 * LANES;

    /** Rows of a large matrix that stay in the second-level cache while all rows of the other factor meet them. */
    private static final int MATRIX_ROWS = 64;

    /** From so many thresholds on a binary search per weight is faster than comparing with all. */
    private static final int MANY = 24;

    @Override
    public String name() {
        return "vector";
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
        int whole = FLOATS.loopBound(length);
        for (int from = 0; from < whole; from += BLOCK) {
            int to = Math.min(whole, from + BLOCK);
            int t = 0;
            for (; t + 4 <= count; t += 4) {
                four(weights, importance, products, from, to, thresholds, t, mass, moment);
            }
            for (; t + 3 <= count; t += 3) {
                three(weights, importance, products, from, to, thresholds, t, mass, moment);
            }
            for (; t < count; t++) {
                one(weights, importance, products, from, to, thresholds, t, mass, moment);
            }
        }
        for (int i = whole; i < length; i++) {
            for (int t = 0; t < count && weights[i] > thresholds[t]; t++) {
                mass[t] += importance[i];
                moment[t] += products[i];
            }
        }
    }

    private static void four(
            float[] weights,
            float[] importance,
            float[] products,
            int from,
            int to,
            float[] thresholds,
            int t,
            double[] mass,
            double[] moment) {
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector t0 = FloatVector.broadcast(FLOATS, thresholds[t]);
        FloatVector t1 = FloatVector.broadcast(FLOATS, thresholds[t + 1]);
        FloatVector t2 = FloatVector.broadcast(FLOATS, thresholds[t + 2]);
        FloatVector t3 = FloatVector.broadcast(FLOATS, thresholds[t + 3]);
        FloatVector m0 = zero;
        FloatVector m1 = zero;
        FloatVector m2 = zero;
        FloatVector m3 = zero;
        FloatVector p0 = zero;
        FloatVector p1 = zero;
        FloatVector p2 = zero;
        FloatVector p3 = zero;
        for (int i = from; i < to; i += LANES) {
            FloatVector w = FloatVector.fromArray(FLOATS, weights, i);
            FloatVector u = FloatVector.fromArray(FLOATS, importance, i);
            FloatVector uw = FloatVector.fromArray(FLOATS, products, i);
            VectorMask<Float> above = w.compare(VectorOperators.GT, t0);
            m0 = m0.add(u, above);
            p0 = p0.add(uw, above);
            above = w.compare(VectorOperators.GT, t1);
            m1 = m1.add(u, above);
            p1 = p1.add(uw, above);
            above = w.compare(VectorOperators.GT, t2);
            m2 = m2.add(u, above);
            p2 = p2.add(uw, above);
            above = w.compare(VectorOperators.GT, t3);
            m3 = m3.add(u, above);
            p3 = p3.add(uw, above);
        }
        mass[t] += m0.reduceLanes(VectorOperators.ADD);
        mass[t + 1] += m1.reduceLanes(VectorOperators.ADD);
        mass[t + 2] += m2.reduceLanes(VectorOperators.ADD);
        mass[t + 3] += m3.reduceLanes(VectorOperators.ADD);
        moment[t] += p0.reduceLanes(VectorOperators.ADD);
        moment[t + 1] += p1.reduceLanes(VectorOperators.ADD);
        moment[t + 2] += p2.reduceLanes(VectorOperators.ADD);
        moment[t + 3] += p3.reduceLanes(VectorOperators.ADD);
    }

    private static void three(
            float[] weights,
            float[] importance,
            float[] products,
            int from,
            int to,
            float[] thresholds,
            int t,
            double[] mass,
            double[] moment) {
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector t0 = FloatVector.broadcast(FLOATS, thresholds[t]);
        FloatVector t1 = FloatVector.broadcast(FLOATS, thresholds[t + 1]);
        FloatVector t2 = FloatVector.broadcast(FLOATS, thresholds[t + 2]);
        FloatVector m0 = zero;
        FloatVector m1 = zero;
        FloatVector m2 = zero;
        FloatVector p0 = zero;
        FloatVector p1 = zero;
        FloatVector p2 = zero;
        for (int i = from; i < to; i += LANES) {
            FloatVector w = FloatVector.fromArray(FLOATS, weights, i);
            FloatVector u = FloatVector.fromArray(FLOATS, importance, i);
            FloatVector uw = FloatVector.fromArray(FLOATS, products, i);
            VectorMask<Float> above = w.compare(VectorOperators.GT, t0);
            m0 = m0.add(u, above);
            p0 = p0.add(uw, above);
            above = w.compare(VectorOperators.GT, t1);
            m1 = m1.add(u, above);
            p1 = p1.add(uw, above);
            above = w.compare(VectorOperators.GT, t2);
            m2 = m2.add(u, above);
            p2 = p2.add(uw, above);
        }
        mass[t] += m0.reduceLanes(VectorOperators.ADD);
        mass[t + 1] += m1.reduceLanes(VectorOperators.ADD);
        mass[t + 2] += m2.reduceLanes(VectorOperators.ADD);
        moment[t] += p0.reduceLanes(VectorOperators.ADD);
        moment[t + 1] += p1.reduceLanes(VectorOperators.ADD);
        moment[t + 2] += p2.reduceLanes(VectorOperators.ADD);
    }

    private static void one(
            float[] weights,
            float[] importance,
            float[] products,
            int from,
            int to,
            float[] thresholds,
            int t,
            double[] mass,
            double[] moment) {
        FloatVector threshold = FloatVector.broadcast(FLOATS, thresholds[t]);
        FloatVector m = FloatVector.zero(FLOATS);
        FloatVector p = m;
        for (int i = from; i < to; i += LANES) {
            VectorMask<Float> above = FloatVector.fromArray(FLOATS, weights, i).compare(VectorOperators.GT, threshold);
            m = m.add(FloatVector.fromArray(FLOATS, importance, i), above);
            p = p.add(FloatVector.fromArray(FLOATS, products, i), above);
        }
        mass[t] += m.reduceLanes(VectorOperators.ADD);
        moment[t] += p.reduceLanes(VectorOperators.ADD);
    }

    @Override
    public void assign(float[] weights, int length, float[] thresholds, byte[] codes, byte[] assigned) {
        int whole = thresholds.length < MANY ? FLOATS.loopBound(length) : 0;
        int[] ranks = new int[LANES];
        for (int i = 0; i < whole; i += LANES) {
            ranks(weights, i, thresholds, ranks);
            for (int lane = 0; lane < LANES; lane++) {
                assigned[i + lane] = codes[ranks[lane]];
            }
        }
        for (int i = whole; i < length; i++) {
            assigned[i] = codes[ScalarKernels.rank(weights[i], thresholds)];
        }
    }

    private static void ranks(float[] weights, int i, float[] thresholds, int[] ranks) {
        FloatVector w = FloatVector.fromArray(FLOATS, weights, i);
        IntVector rank = IntVector.zero(INTS);
        for (float threshold : thresholds) {
            rank = rank.add(1, w.compare(VectorOperators.GT, threshold).cast(INTS));
        }
        rank.intoArray(ranks, 0);
    }

    @Override
    public void multiply(float[] x, int rows, float[] matrix, int size, int from, int to, float[] y) {
        for (int r = 0; r < rows; r++) {
            Arrays.fill(y, r * size + from, r * size + to, 0);
        }
        for (int j = from; j < to; j += MATRIX_ROWS) {
            multiplyAdd(x, rows, matrix, size, j, Math.min(to, j + MATRIX_ROWS), from, to, y);
        }
    }

    /** Adds the share of a few rows of the matrix, which stay in the cache meanwhile. */
    private static void multiplyAdd(
            float[] x, int rows, float[] matrix, int size, int fromJ, int toJ, int from, int to, float[] y) {
        int k = from;
        for (; k + 2 * LANES <= to; k += 2 * LANES) {
            int r = 0;
            for (; r + 4 <= rows; r += 4) {
                fourRowsByTwo(x, r * size, matrix, size, fromJ, toJ, k, y);
            }
            for (; r < rows; r++) {
                column(x, r * size, matrix, size, fromJ, toJ, k, y);
                column(x, r * size, matrix, size, fromJ, toJ, k + LANES, y);
            }
        }
        for (; k + LANES <= to; k += LANES) {
            for (int r = 0; r < rows; r++) {
                column(x, r * size, matrix, size, fromJ, toJ, k, y);
            }
        }
        for (; k < to; k++) {
            for (int r = 0; r < rows; r++) {
                float sum = y[r * size + k];
                for (int j = fromJ; j < toJ; j++) {
                    sum += x[r * size + j] * matrix[j * size + k];
                }
                y[r * size + k] = sum;
            }
        }
    }

    /** Four rows of x by two vectors of columns: eight accumulators stay in registers over all of j. */
    private static void fourRowsByTwo(
            float[] x, int row, float[] matrix, int size, int from, int to, int k, float[] y) {
        int row1 = row + size;
        int row2 = row1 + size;
        int row3 = row2 + size;
        FloatVector a0 = FloatVector.fromArray(FLOATS, y, row + k);
        FloatVector a1 = FloatVector.fromArray(FLOATS, y, row + k + LANES);
        FloatVector b0 = FloatVector.fromArray(FLOATS, y, row1 + k);
        FloatVector b1 = FloatVector.fromArray(FLOATS, y, row1 + k + LANES);
        FloatVector c0 = FloatVector.fromArray(FLOATS, y, row2 + k);
        FloatVector c1 = FloatVector.fromArray(FLOATS, y, row2 + k + LANES);
        FloatVector d0 = FloatVector.fromArray(FLOATS, y, row3 + k);
        FloatVector d1 = FloatVector.fromArray(FLOATS, y, row3 + k + LANES);
        for (int j = from; j < to; j++) {
            FloatVector m0 = FloatVector.fromArray(FLOATS, matrix, j * size + k);
            FloatVector m1 = FloatVector.fromArray(FLOATS, matrix, j * size + k + LANES);
            FloatVector f = FloatVector.broadcast(FLOATS, x[row + j]);
            a0 = f.fma(m0, a0);
            a1 = f.fma(m1, a1);
            f = FloatVector.broadcast(FLOATS, x[row1 + j]);
            b0 = f.fma(m0, b0);
            b1 = f.fma(m1, b1);
            f = FloatVector.broadcast(FLOATS, x[row2 + j]);
            c0 = f.fma(m0, c0);
            c1 = f.fma(m1, c1);
            f = FloatVector.broadcast(FLOATS, x[row3 + j]);
            d0 = f.fma(m0, d0);
            d1 = f.fma(m1, d1);
        }
        a0.intoArray(y, row + k);
        a1.intoArray(y, row + k + LANES);
        b0.intoArray(y, row1 + k);
        b1.intoArray(y, row1 + k + LANES);
        c0.intoArray(y, row2 + k);
        c1.intoArray(y, row2 + k + LANES);
        d0.intoArray(y, row3 + k);
        d1.intoArray(y, row3 + k + LANES);
    }

    private static void column(float[] x, int row, float[] matrix, int size, int from, int to, int k, float[] y) {
        FloatVector sum = FloatVector.fromArray(FLOATS, y, row + k);
        for (int j = from; j < to; j++) {
            sum = FloatVector.broadcast(FLOATS, x[row + j])
                    .fma(FloatVector.fromArray(FLOATS, matrix, j * size + k), sum);
        }
        sum.intoArray(y, row + k);
    }

    @Override
    public void addScaled(float factor, float[] x, int fromX, float[] y, int fromY, int length) {
        FloatVector f = FloatVector.broadcast(FLOATS, factor);
        int whole = FLOATS.loopBound(length);
        for (int k = 0; k < whole; k += LANES) {
            f.fma(FloatVector.fromArray(FLOATS, x, fromX + k), FloatVector.fromArray(FLOATS, y, fromY + k))
                    .intoArray(y, fromY + k);
        }
        for (int k = whole; k < length; k++) {
            y[fromY + k] = Math.fma(factor, x[fromX + k], y[fromY + k]);
        }
    }

    @Override
    public double dot(float[] x, int fromX, float[] y, int fromY, int length) {
        int whole = FLOATS.loopBound(length);
        double sum = 0;
        for (int from = 0; from < whole; from += BLOCK) {
            sum += dotOfBlock(x, fromX + from, y, fromY + from, Math.min(BLOCK, whole - from));
        }
        for (int k = whole; k < length; k++) {
            sum += (double) x[fromX + k] * y[fromY + k];
        }
        return sum;
    }

    private static float dotOfBlock(float[] x, int fromX, float[] y, int fromY, int length) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        int k = 0;
        for (; k + 4 * LANES <= length; k += 4 * LANES) {
            a = product(x, fromX + k, y, fromY + k, a);
            b = product(x, fromX + k + LANES, y, fromY + k + LANES, b);
            c = product(x, fromX + k + 2 * LANES, y, fromY + k + 2 * LANES, c);
            d = product(x, fromX + k + 3 * LANES, y, fromY + k + 3 * LANES, d);
        }
        for (; k < length; k += LANES) {
            a = product(x, fromX + k, y, fromY + k, a);
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }

    private static FloatVector product(float[] x, int fromX, float[] y, int fromY, FloatVector sum) {
        return FloatVector.fromArray(FLOATS, x, fromX).fma(FloatVector.fromArray(FLOATS, y, fromY), sum);
    }
}
