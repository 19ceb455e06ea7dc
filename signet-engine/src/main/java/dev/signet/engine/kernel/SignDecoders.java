// Written by KernelGenerator (in this package's tests): change that.
package dev.signet.engine.kernel;

import static dev.signet.engine.kernel.SlabKernels.COLUMNS;
import static dev.signet.engine.kernel.SlabKernels.ROWS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Decodes the first planes of slabs of signs ({@link SlabKernels#decodeSlab}). The sums are exact in any order
 * (MultiBitWeight): all minuses are taken into the base, and a plus is two steps.
 */
final class SignDecoders {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());

    private SignDecoders() {}

    static void decode1(int[] codes, int at, float[] a, int aAt, int zAt, float[] y, int yAt, int stride, int n) {
        FloatVector step0 = FloatVector.fromArray(F, a, aAt);
        FloatVector base = FloatVector.fromArray(F, a, zAt);
        base = base.sub(step0);
        step0 = step0.add(step0);
        int to = yAt;
        for (int k = 0; k < n; k += COLUMNS, at += ROWS) {
            IntVector c0 = IntVector.fromArray(I, codes, at);
            int end = Math.min(n - k, COLUMNS);
            for (int i = 0; i < end; i++, to += stride) {
                FloatVector v = base.add(step0, bit(c0, i));
                v.intoArray(y, to);
            }
        }
    }

    static void decode2(
            int[] codes, int at, int planeStride, float[] a, int aAt, int zAt, float[] y, int yAt, int stride, int n) {
        FloatVector step0 = FloatVector.fromArray(F, a, aAt);
        FloatVector step1 = FloatVector.fromArray(F, a, aAt + ROWS);
        FloatVector base = FloatVector.fromArray(F, a, zAt);
        base = base.sub(step0);
        step0 = step0.add(step0);
        base = base.sub(step1);
        step1 = step1.add(step1);
        int to = yAt;
        for (int k = 0; k < n; k += COLUMNS, at += ROWS) {
            IntVector c0 = IntVector.fromArray(I, codes, at);
            IntVector c1 = IntVector.fromArray(I, codes, at + planeStride);
            int end = Math.min(n - k, COLUMNS);
            for (int i = 0; i < end; i++, to += stride) {
                FloatVector v = base.add(step0, bit(c0, i));
                v = v.add(step1, bit(c1, i));
                v.intoArray(y, to);
            }
        }
    }

    static void decode3(
            int[] codes, int at, int planeStride, float[] a, int aAt, int zAt, float[] y, int yAt, int stride, int n) {
        FloatVector step0 = FloatVector.fromArray(F, a, aAt);
        FloatVector step1 = FloatVector.fromArray(F, a, aAt + ROWS);
        FloatVector step2 = FloatVector.fromArray(F, a, aAt + 2 * ROWS);
        FloatVector base = FloatVector.fromArray(F, a, zAt);
        base = base.sub(step0);
        step0 = step0.add(step0);
        base = base.sub(step1);
        step1 = step1.add(step1);
        base = base.sub(step2);
        step2 = step2.add(step2);
        int to = yAt;
        for (int k = 0; k < n; k += COLUMNS, at += ROWS) {
            IntVector c0 = IntVector.fromArray(I, codes, at);
            IntVector c1 = IntVector.fromArray(I, codes, at + planeStride);
            IntVector c2 = IntVector.fromArray(I, codes, at + 2 * planeStride);
            int end = Math.min(n - k, COLUMNS);
            for (int i = 0; i < end; i++, to += stride) {
                FloatVector v = base.add(step0, bit(c0, i));
                v = v.add(step1, bit(c1, i));
                v = v.add(step2, bit(c2, i));
                v.intoArray(y, to);
            }
        }
    }

    static void decode4(
            int[] codes, int at, int planeStride, float[] a, int aAt, int zAt, float[] y, int yAt, int stride, int n) {
        FloatVector step0 = FloatVector.fromArray(F, a, aAt);
        FloatVector step1 = FloatVector.fromArray(F, a, aAt + ROWS);
        FloatVector step2 = FloatVector.fromArray(F, a, aAt + 2 * ROWS);
        FloatVector step3 = FloatVector.fromArray(F, a, aAt + 3 * ROWS);
        FloatVector base = FloatVector.fromArray(F, a, zAt);
        base = base.sub(step0);
        step0 = step0.add(step0);
        base = base.sub(step1);
        step1 = step1.add(step1);
        base = base.sub(step2);
        step2 = step2.add(step2);
        base = base.sub(step3);
        step3 = step3.add(step3);
        int to = yAt;
        for (int k = 0; k < n; k += COLUMNS, at += ROWS) {
            IntVector c0 = IntVector.fromArray(I, codes, at);
            IntVector c1 = IntVector.fromArray(I, codes, at + planeStride);
            IntVector c2 = IntVector.fromArray(I, codes, at + 2 * planeStride);
            IntVector c3 = IntVector.fromArray(I, codes, at + 3 * planeStride);
            int end = Math.min(n - k, COLUMNS);
            for (int i = 0; i < end; i++, to += stride) {
                FloatVector v = base.add(step0, bit(c0, i));
                v = v.add(step1, bit(c1, i));
                v = v.add(step2, bit(c2, i));
                v = v.add(step3, bit(c3, i));
                v.intoArray(y, to);
            }
        }
    }

    private static VectorMask<Float> bit(IntVector words, int i) {
        return words.and(1 << i).compare(VectorOperators.NE, 0).cast(F);
    }
}
