package dev.signet.core;

import dev.signet.core.MultiBitWeight.CoefficientType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Collects the solutions of a matrix's groups and packs their codes. Threads may add different groups at once as long as
 * each block of {@link #BLOCK} groups, which starts on a whole byte, stays with one thread.
 */
public final class MultiBitWeightBuilder {
    /** Groups whose planes fill whole bytes together. */
    public static final int BLOCK = Byte.SIZE;

    private static final VarHandle EIGHT_CODES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final GroupLayout layout;
    private final int bits;
    private final byte[] planes;
    private final float[] coefficients;
    private final float[] offsets;

    /**
     * Starts with no group set.
     *
     * @throws IllegalArgumentException if {@code bits} is not 1..8
     */
    public MultiBitWeightBuilder(GroupLayout layout, int bits, boolean withOffset) {
        if (bits < 1 || bits > MultiBitWeight.MAX_BITS) {
            throw new IllegalArgumentException("bits must be 1..8, not " + bits);
        }
        this.layout = layout;
        this.bits = bits;
        planes = new byte[MultiBitWeight.planeBytes(layout, bits)];
        coefficients = new float[Math.multiplyExact(layout.groups(), bits)];
        offsets = new float[withOffset ? layout.groups() : 0];
    }

    /** Sets group {@code g}, once; the solution's coefficients are rounded already. */
    public void set(int g, Solution solution) {
        for (int i = 0; i < bits; i++) {
            coefficients[g * bits + i] = (float) solution.coefficients()[i];
        }
        if (offsets.length > 0) {
            offsets[g] = (float) solution.offset();
        }
        double sum = solution.offset() + Arrays.stream(solution.coefficients()).sum();
        if (!Double.isFinite(sum)) {
            throw new IllegalArgumentException("coefficients of group " + g + " are not finite numbers");
        }
        byte[] codes = solution.codes();
        long first = (long) g * bits * layout.groupSize();
        for (int i = 0; i < bits; i++) {
            pack(codes, i, first + (long) i * layout.groupSize());
        }
    }

    private void pack(byte[] codes, int plane, long bit) {
        int index = (int) (bit >>> 3);
        int shift = (int) (bit & 7);
        int j = 0;
        for (; j + Long.BYTES <= codes.length; j += Long.BYTES) {
            // The multiplication gathers the lowest bit of each of eight bytes in
            // the highest byte, the first one lowest.
            long lowest = ((long) EIGHT_CODES.get(codes, j) >>> plane) & 0x0101010101010101L;
            int eight = (int) ((lowest * 0x0102040810204080L) >>> 56);
            planes[index] |= (byte) (eight << shift);
            index++;
            if (shift > 0) {
                planes[index] |= (byte) (eight >>> (Byte.SIZE - shift));
            }
        }
        for (; j < codes.length; j++) {
            int sign = codes[j] >>> plane & 1;
            long position = bit + j;
            planes[(int) (position >>> 3)] |= (byte) (sign << (position & 7));
        }
    }

    /** The weight, once all groups are set. */
    public MultiBitWeight build(CoefficientType type) {
        return new MultiBitWeight(layout, bits, planes, coefficients, offsets, type);
    }
}
