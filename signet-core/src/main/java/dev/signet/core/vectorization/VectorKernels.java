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
}
