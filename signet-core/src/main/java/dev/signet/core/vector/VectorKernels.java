package dev.signet.core.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The kernels with the Vector API, in the widest vectors that the processor has. */
final class VectorKernels implements SolverKernels {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    private static final VectorShuffle<Float> ROTATE_8 = rotation(8);
    private static final VectorShuffle<Float> ROTATE_4 = rotation(4);
    private static final VectorShuffle<Float> ROTATE_2 = rotation(2);
    private static final VectorShuffle<Float> ROTATE_1 = rotation(1);

    /** After so many vectors the fp32 partial sums go into fp64 ones: keeps their error below about 1e-7. */
    private static final int BLOCK = 64 * LANES;

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
        mass[t] += sum(m0);
        mass[t + 1] += sum(m1);
        mass[t + 2] += sum(m2);
        mass[t + 3] += sum(m3);
        moment[t] += sum(p0);
        moment[t + 1] += sum(p1);
        moment[t + 2] += sum(p2);
        moment[t + 3] += sum(p3);
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
        mass[t] += sum(m0);
        mass[t + 1] += sum(m1);
        mass[t + 2] += sum(m2);
        moment[t] += sum(p0);
        moment[t + 1] += sum(p1);
        moment[t + 2] += sum(p2);
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
        mass[t] += sum(m);
        moment[t] += sum(p);
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
    public void multiplyAdd(Tile x, Tile matrix, Tile y, int rows, int depth, int columns) {
        int k = 0;
        for (; k + 2 * LANES <= columns; k += 2 * LANES) {
            int r = 0;
            for (; r + 4 <= rows; r += 4) {
                fourRowsByTwo(x, matrix, y, r, depth, k);
            }
            for (; r < rows; r++) {
                rowByOne(x, matrix, y, r, depth, k);
                rowByOne(x, matrix, y, r, depth, k + LANES);
            }
        }
        for (; k + LANES <= columns; k += LANES) {
            for (int r = 0; r < rows; r++) {
                rowByOne(x, matrix, y, r, depth, k);
            }
        }
        for (; k < columns; k++) {
            for (int r = 0; r < rows; r++) {
                element(x, matrix, y, r, depth, k);
            }
        }
    }

    /** Four rows of x by two vectors of columns: eight accumulators stay in registers over all of j. */
    private static void fourRowsByTwo(Tile x, Tile matrix, Tile y, int r, int depth, int k) {
        float[] xs = x.values();
        float[] ms = matrix.values();
        float[] ys = y.values();
        int x0 = x.from() + r * x.stride();
        int x1 = x0 + x.stride();
        int x2 = x1 + x.stride();
        int x3 = x2 + x.stride();
        int y0 = y.from() + r * y.stride() + k;
        int y1 = y0 + y.stride();
        int y2 = y1 + y.stride();
        int y3 = y2 + y.stride();
        FloatVector a0 = FloatVector.fromArray(FLOATS, ys, y0);
        FloatVector a1 = FloatVector.fromArray(FLOATS, ys, y0 + LANES);
        FloatVector b0 = FloatVector.fromArray(FLOATS, ys, y1);
        FloatVector b1 = FloatVector.fromArray(FLOATS, ys, y1 + LANES);
        FloatVector c0 = FloatVector.fromArray(FLOATS, ys, y2);
        FloatVector c1 = FloatVector.fromArray(FLOATS, ys, y2 + LANES);
        FloatVector d0 = FloatVector.fromArray(FLOATS, ys, y3);
        FloatVector d1 = FloatVector.fromArray(FLOATS, ys, y3 + LANES);
        int m = matrix.from() + k;
        for (int j = 0; j < depth; j++) {
            FloatVector m0 = FloatVector.fromArray(FLOATS, ms, m);
            FloatVector m1 = FloatVector.fromArray(FLOATS, ms, m + LANES);
            FloatVector f = FloatVector.broadcast(FLOATS, xs[x0 + j]);
            a0 = f.fma(m0, a0);
            a1 = f.fma(m1, a1);
            f = FloatVector.broadcast(FLOATS, xs[x1 + j]);
            b0 = f.fma(m0, b0);
            b1 = f.fma(m1, b1);
            f = FloatVector.broadcast(FLOATS, xs[x2 + j]);
            c0 = f.fma(m0, c0);
            c1 = f.fma(m1, c1);
            f = FloatVector.broadcast(FLOATS, xs[x3 + j]);
            d0 = f.fma(m0, d0);
            d1 = f.fma(m1, d1);
            m += matrix.stride();
        }
        a0.intoArray(ys, y0);
        a1.intoArray(ys, y0 + LANES);
        b0.intoArray(ys, y1);
        b1.intoArray(ys, y1 + LANES);
        c0.intoArray(ys, y2);
        c1.intoArray(ys, y2 + LANES);
        d0.intoArray(ys, y3);
        d1.intoArray(ys, y3 + LANES);
    }

    private static void rowByOne(Tile x, Tile matrix, Tile y, int r, int depth, int k) {
        int fromX = x.from() + r * x.stride();
        int fromY = y.from() + r * y.stride() + k;
        int m = matrix.from() + k;
        FloatVector sum = FloatVector.fromArray(FLOATS, y.values(), fromY);
        for (int j = 0; j < depth; j++) {
            sum = FloatVector.broadcast(FLOATS, x.values()[fromX + j])
                    .fma(FloatVector.fromArray(FLOATS, matrix.values(), m), sum);
            m += matrix.stride();
        }
        sum.intoArray(y.values(), fromY);
    }

    private static void element(Tile x, Tile matrix, Tile y, int r, int depth, int k) {
        int fromX = x.from() + r * x.stride();
        int fromY = y.from() + r * y.stride() + k;
        int m = matrix.from() + k;
        float sum = y.values()[fromY];
        for (int j = 0; j < depth; j++) {
            sum = Math.fma(x.values()[fromX + j], matrix.values()[m], sum);
            m += matrix.stride();
        }
        y.values()[fromY] = sum;
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
        return sum(a.add(b).add(c.add(d)));
    }

    private static FloatVector product(float[] x, int fromX, float[] y, int fromY, FloatVector sum) {
        return FloatVector.fromArray(FLOATS, x, fromX).fma(FloatVector.fromArray(FLOATS, y, fromY), sum);
    }

    /**
     * The sum of all lanes, in one order. {@code reduceLanes} may add floats in any order, and does so in another one before it
     * is compiled: results would depend on the just-in-time compiler.
     */
    private static float sum(FloatVector v) {
        FloatVector folded = v;
        if (LANES >= 16) {
            folded = folded.add(folded.rearrange(ROTATE_8));
        }
        if (LANES >= 8) {
            folded = folded.add(folded.rearrange(ROTATE_4));
        }
        if (LANES >= 4) {
            folded = folded.add(folded.rearrange(ROTATE_2));
        }
        return folded.add(folded.rearrange(ROTATE_1)).lane(0);
    }

    private static VectorShuffle<Float> rotation(int lanes) {
        return VectorShuffle.iota(FLOATS, lanes % LANES, 1, true);
    }
}
