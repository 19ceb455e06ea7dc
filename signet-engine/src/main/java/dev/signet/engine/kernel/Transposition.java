package dev.signet.engine.kernel;

import static dev.signet.engine.kernel.Lanes.INTERLEAVED;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Turns squares of 16 by 16 floats round in registers: four times the vectors i and i + 8 are interleaved, which is the perfect
 * shuffle of all 256 numbers, and four of these exchange the four bits of the row with the four of the column. Written out by
 * hand because C2 keeps a vector in a register only if it is a local variable; for 512-bit vectors only.
 */
final class Transposition {
    /** Rows and columns of a square. */
    static final int SIDE = Kernels.SQUARE;

    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());

    private Transposition() {}

    /** {@code y[to + f * toStride + r] = x[from + r * fromStride + f]} for 16 rows and 16 columns; all are read before any is written. */
    static void square(float[] x, int from, int fromStride, float[] y, int to, int toStride) {
        IntVector low = IntVector.fromArray(I, INTERLEAVED, 0);
        IntVector high = IntVector.fromArray(I, INTERLEAVED, SIDE);
        IntVector a0 = FloatVector.fromArray(F, x, from).reinterpretAsInts();
        IntVector a1 = FloatVector.fromArray(F, x, from + fromStride).reinterpretAsInts();
        IntVector a2 = FloatVector.fromArray(F, x, from + 2 * fromStride).reinterpretAsInts();
        IntVector a3 = FloatVector.fromArray(F, x, from + 3 * fromStride).reinterpretAsInts();
        IntVector a4 = FloatVector.fromArray(F, x, from + 4 * fromStride).reinterpretAsInts();
        IntVector a5 = FloatVector.fromArray(F, x, from + 5 * fromStride).reinterpretAsInts();
        IntVector a6 = FloatVector.fromArray(F, x, from + 6 * fromStride).reinterpretAsInts();
        IntVector a7 = FloatVector.fromArray(F, x, from + 7 * fromStride).reinterpretAsInts();
        IntVector a8 = FloatVector.fromArray(F, x, from + 8 * fromStride).reinterpretAsInts();
        IntVector a9 = FloatVector.fromArray(F, x, from + 9 * fromStride).reinterpretAsInts();
        IntVector a10 = FloatVector.fromArray(F, x, from + 10 * fromStride).reinterpretAsInts();
        IntVector a11 = FloatVector.fromArray(F, x, from + 11 * fromStride).reinterpretAsInts();
        IntVector a12 = FloatVector.fromArray(F, x, from + 12 * fromStride).reinterpretAsInts();
        IntVector a13 = FloatVector.fromArray(F, x, from + 13 * fromStride).reinterpretAsInts();
        IntVector a14 = FloatVector.fromArray(F, x, from + 14 * fromStride).reinterpretAsInts();
        IntVector a15 = FloatVector.fromArray(F, x, from + 15 * fromStride).reinterpretAsInts();
        IntVector b0 = low.selectFrom(a0, a8);
        IntVector b1 = high.selectFrom(a0, a8);
        IntVector b2 = low.selectFrom(a1, a9);
        IntVector b3 = high.selectFrom(a1, a9);
        IntVector b4 = low.selectFrom(a2, a10);
        IntVector b5 = high.selectFrom(a2, a10);
        IntVector b6 = low.selectFrom(a3, a11);
        IntVector b7 = high.selectFrom(a3, a11);
        IntVector b8 = low.selectFrom(a4, a12);
        IntVector b9 = high.selectFrom(a4, a12);
        IntVector b10 = low.selectFrom(a5, a13);
        IntVector b11 = high.selectFrom(a5, a13);
        IntVector b12 = low.selectFrom(a6, a14);
        IntVector b13 = high.selectFrom(a6, a14);
        IntVector b14 = low.selectFrom(a7, a15);
        IntVector b15 = high.selectFrom(a7, a15);
        IntVector c0 = low.selectFrom(b0, b8);
        IntVector c1 = high.selectFrom(b0, b8);
        IntVector c2 = low.selectFrom(b1, b9);
        IntVector c3 = high.selectFrom(b1, b9);
        IntVector c4 = low.selectFrom(b2, b10);
        IntVector c5 = high.selectFrom(b2, b10);
        IntVector c6 = low.selectFrom(b3, b11);
        IntVector c7 = high.selectFrom(b3, b11);
        IntVector c8 = low.selectFrom(b4, b12);
        IntVector c9 = high.selectFrom(b4, b12);
        IntVector c10 = low.selectFrom(b5, b13);
        IntVector c11 = high.selectFrom(b5, b13);
        IntVector c12 = low.selectFrom(b6, b14);
        IntVector c13 = high.selectFrom(b6, b14);
        IntVector c14 = low.selectFrom(b7, b15);
        IntVector c15 = high.selectFrom(b7, b15);
        IntVector d0 = low.selectFrom(c0, c8);
        IntVector d1 = high.selectFrom(c0, c8);
        IntVector d2 = low.selectFrom(c1, c9);
        IntVector d3 = high.selectFrom(c1, c9);
        IntVector d4 = low.selectFrom(c2, c10);
        IntVector d5 = high.selectFrom(c2, c10);
        IntVector d6 = low.selectFrom(c3, c11);
        IntVector d7 = high.selectFrom(c3, c11);
        IntVector d8 = low.selectFrom(c4, c12);
        IntVector d9 = high.selectFrom(c4, c12);
        IntVector d10 = low.selectFrom(c5, c13);
        IntVector d11 = high.selectFrom(c5, c13);
        IntVector d12 = low.selectFrom(c6, c14);
        IntVector d13 = high.selectFrom(c6, c14);
        IntVector d14 = low.selectFrom(c7, c15);
        IntVector d15 = high.selectFrom(c7, c15);
        IntVector e0 = low.selectFrom(d0, d8);
        IntVector e1 = high.selectFrom(d0, d8);
        IntVector e2 = low.selectFrom(d1, d9);
        IntVector e3 = high.selectFrom(d1, d9);
        IntVector e4 = low.selectFrom(d2, d10);
        IntVector e5 = high.selectFrom(d2, d10);
        IntVector e6 = low.selectFrom(d3, d11);
        IntVector e7 = high.selectFrom(d3, d11);
        IntVector e8 = low.selectFrom(d4, d12);
        IntVector e9 = high.selectFrom(d4, d12);
        IntVector e10 = low.selectFrom(d5, d13);
        IntVector e11 = high.selectFrom(d5, d13);
        IntVector e12 = low.selectFrom(d6, d14);
        IntVector e13 = high.selectFrom(d6, d14);
        IntVector e14 = low.selectFrom(d7, d15);
        IntVector e15 = high.selectFrom(d7, d15);
        e0.reinterpretAsFloats().intoArray(y, to);
        e1.reinterpretAsFloats().intoArray(y, to + toStride);
        e2.reinterpretAsFloats().intoArray(y, to + 2 * toStride);
        e3.reinterpretAsFloats().intoArray(y, to + 3 * toStride);
        e4.reinterpretAsFloats().intoArray(y, to + 4 * toStride);
        e5.reinterpretAsFloats().intoArray(y, to + 5 * toStride);
        e6.reinterpretAsFloats().intoArray(y, to + 6 * toStride);
        e7.reinterpretAsFloats().intoArray(y, to + 7 * toStride);
        e8.reinterpretAsFloats().intoArray(y, to + 8 * toStride);
        e9.reinterpretAsFloats().intoArray(y, to + 9 * toStride);
        e10.reinterpretAsFloats().intoArray(y, to + 10 * toStride);
        e11.reinterpretAsFloats().intoArray(y, to + 11 * toStride);
        e12.reinterpretAsFloats().intoArray(y, to + 12 * toStride);
        e13.reinterpretAsFloats().intoArray(y, to + 13 * toStride);
        e14.reinterpretAsFloats().intoArray(y, to + 14 * toStride);
        e15.reinterpretAsFloats().intoArray(y, to + 15 * toStride);
    }
}
