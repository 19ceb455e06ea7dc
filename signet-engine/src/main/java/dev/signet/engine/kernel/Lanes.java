package dev.signet.engine.kernel;

import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Which lanes are taken where two vectors are taken apart or interleaved: as shuffles with the mask under which they are blended, for
 * vectors of any length, and as indices for {@code IntVector.selectFrom}, which does the same at once with 512 bits.
 */
final class Lanes {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final int L = F.length();

    /** Whether vectors have so many lanes that {@code selectFrom} pays. */
    static final boolean WIDE = L == Kernels.SQUARE;

    /** Even lanes in the lower half and in the upper half; blended under {@link #UPPER}. */
    static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(F, i -> 2 * i % L);

    /** Odd lanes likewise. */
    static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(F, i -> (2 * i + 1) % L);

    static final VectorMask<Float> UPPER = VectorMask.fromLong(F, -1L << (L / 2));

    /** Lanes of the lower half, each twice; blended under {@link #ODDS}. */
    static final VectorShuffle<Float> LOW = VectorShuffle.fromOp(F, i -> i / 2);

    /** Lanes of the upper half likewise. */
    static final VectorShuffle<Float> HIGH = VectorShuffle.fromOp(F, i -> (L + i) / 2);

    static final VectorMask<Float> ODDS = VectorMask.fromLong(F, 0xAAAA_AAAA_AAAA_AAAAL);

    /** Indices of the even lanes of two vectors, then, from {@code L} on, those of the odd ones. */
    static final int[] APART = new int[2 * L];

    /** Indices that interleave the lower halves of two vectors, then, from {@code L} on, the upper halves. */
    static final int[] INTERLEAVED = new int[2 * L];

    static {
        for (int i = 0; i < 2 * L; i++) {
            APART[i] = 2 * i % (2 * L) + i / L;
            INTERLEAVED[i] = i / 2 + i % 2 * L;
        }
    }

    private Lanes() {}
}
