package dev.signet.core;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A weight matrix as sign planes times coefficients: {@code w ~ z + a_1 B_1 + ... + a_b B_b} in every group of
 * {@link GroupLayout}.
 *
 * <p>Sign planes are bits, group after group; inside a group plane after plane; inside a plane weight after weight, every
 * group taking {@code bits * groupSize} bits (unused ones of a shorter last group are 0). Bit {@code i} of the sequence is
 * bit {@code i % 8} (from the least significant) of byte {@code i / 8}; 1 is +1 and 0 is -1.
 *
 * <p>Coefficients and offsets are already rounded to {@link CoefficientType}, and in each group they are multiples of one
 * power of two that is coarse enough for every sum of them to be exact in fp32: whoever adds them up, in whatever order,
 * gets the same bits.
 *
 * @param layout the groups
 * @param bits sign planes, 1..8
 * @param planes the bits, {@code ceil(groups * bits * groupSize / 8)} bytes
 * @param coefficients {@code groups * bits}, group after group, in every group falling and never negative
 * @param offsets one for each group, or empty for none
 * @param type how coefficients and offsets are stored
 * @param shared where all groups share their levels up to a factor: those levels and factors, of which {@code coefficients} and
 *     {@code offsets} are the products, each rounded to fp32
 */
public record MultiBitWeight(
        GroupLayout layout,
        int bits,
        byte[] planes,
        float[] coefficients,
        float[] offsets,
        CoefficientType type,
        @Nullable SharedLevels shared) {
    /** The most sign planes a weight can have. */
    public static final int MAX_BITS = 8;

    /** @throws IllegalArgumentException if an array has the wrong length */
    public MultiBitWeight {
        if (bits < 1 || bits > MAX_BITS) {
            throw new IllegalArgumentException("bits must be 1..8, not " + bits);
        }
        if (planes.length != planeBytes(layout, bits)
                || coefficients.length != (long) layout.groups() * bits
                || (offsets.length != 0 && offsets.length != layout.groups())) {
            throw new IllegalArgumentException("planes, coefficients or offsets do not fit " + layout);
        }
    }

    /** A weight each of whose groups has levels of its own. */
    public MultiBitWeight(
            GroupLayout layout, int bits, byte[] planes, float[] coefficients, float[] offsets, CoefficientType type) {
        this(layout, bits, planes, coefficients, offsets, type, null);
    }

    /** A weight whose groups share their levels up to a factor. */
    public static MultiBitWeight ofShared(
            GroupLayout layout, int bits, byte[] planes, SharedLevels shared, CoefficientType type) {
        int groups = layout.groups();
        float[] coefficients = new float[Math.multiplyExact(groups, bits)];
        float[] offsets = new float[groups];
        for (int g = 0; g < groups; g++) {
            for (int i = 0; i < bits; i++) {
                coefficients[g * bits + i] = shared.coefficients()[i] * shared.scales()[g];
            }
            offsets[g] = shared.offset() * shared.scales()[g];
        }
        return new MultiBitWeight(layout, bits, planes, coefficients, offsets, type, shared);
    }

    /** How coefficients are stored. */
    public enum CoefficientType {
        /** Two bytes each. */
        FLOAT16(2),
        /** Four bytes each, for tensors whose coefficients leave fp16's range. */
        FLOAT32(4);

        private final int bytes;

        CoefficientType(int bytes) {
            this.bytes = bytes;
        }

        /** Bytes of one coefficient. */
        public int bytes() {
            return bytes;
        }
    }

    /** Bytes of all sign planes. */
    public static int planeBytes(GroupLayout layout, int bits) {
        return Math.toIntExact(Math.ceilDiv((long) layout.groups() * bits * layout.groupSize(), 8));
    }

    /** Bytes that a file has for codes, coefficients, offsets and factors. */
    public long packedBytes() {
        int values = shared == null ? coefficients.length + offsets.length : bits + 1 + layout.groups();
        return codeBytes(layout, bits) + (long) values * type.bytes();
    }

    /** Bytes of all codes in a file. */
    public static long codeBytes(GroupLayout layout, int bits) {
        return CodeWords.of(bits).bytes((long) layout.groups() * layout.groupSize(), bits);
    }

    /** The codes, group after group; bit {@code i} of a code is the weight's sign in plane {@code i}. */
    public byte[] codes() {
        int size = layout.groupSize();
        byte[] codes = new byte[Math.multiplyExact(layout.groups(), size)];
        long bit = 0;
        for (int g = 0; g < layout.groups(); g++) {
            for (int i = 0; i < bits; i++) {
                for (int j = 0; j < size; j++, bit++) {
                    codes[g * size + j] |= (byte) ((planes[(int) (bit >>> 3)] >>> (bit & 7) & 1) << i);
                }
            }
        }
        return codes;
    }

    /** The sign planes of codes, as {@link #codes()} has them. */
    public static byte[] planes(GroupLayout layout, int bits, byte[] codes) {
        int size = layout.groupSize();
        byte[] planes = new byte[planeBytes(layout, bits)];
        long bit = 0;
        for (int g = 0; g < layout.groups(); g++) {
            for (int i = 0; i < bits; i++) {
                for (int j = 0; j < size; j++, bit++) {
                    planes[(int) (bit >>> 3)] |= (byte) ((codes[g * size + j] >>> i & 1) << (bit & 7));
                }
            }
        }
        return planes;
    }

    /** The sign of weight {@code j} of group {@code g} in plane {@code plane}: true for +1. */
    public boolean sign(int g, int plane, int j) {
        long bit = ((long) g * bits + plane) * layout.groupSize() + j;
        return (planes[(int) (bit >>> 3)] >>> (bit & 7) & 1) != 0;
    }

    private int code(int g, int j) {
        int code = 0;
        for (int i = 0; i < bits; i++) {
            code |= (sign(g, i, j) ? 1 : 0) << i;
        }
        return code;
    }

    /**
     * The same planes with coefficients and offsets of each row multiplied by a factor, and rounded again.
     *
     * @param factors one positive factor for each row of the layout
     * @throws IllegalArgumentException if there are more or fewer factors than rows, or one is not positive and finite
     */
    public MultiBitWeight scaleRows(double[] factors) {
        if (factors.length != layout.rows()) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%d factors for %d rows", factors.length, layout.rows()));
        }
        double largest = 0;
        for (int g = 0; g < layout.groups(); g++) {
            double factor = factors[g / layout.groupsPerRow()];
            if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("a factor must be positive and finite, not " + factor);
            }
            largest = Math.max(largest, factor * coefficients[g * bits]);
            largest = Math.max(largest, offsets.length == 0 ? 0 : factor * Math.abs(offsets[g]));
        }
        if (shared != null) {
            return scaleShared(shared, factors);
        }
        boolean even = hasEvenLevels();
        CoefficientType scaledType = even ? type : CoefficientRounding.type(largest);
        float[] scaled = new float[coefficients.length];
        float[] scaledOffsets = new float[offsets.length];
        double[] group = new double[bits];
        for (int g = 0; g < layout.groups(); g++) {
            double factor = factors[g / layout.groupsPerRow()];
            for (int i = 0; i < bits; i++) {
                group[i] = factor * coefficients[g * bits + i];
            }
            double offset = offsets.length == 0 ? 0 : factor * offsets[g];
            double rounded =
                    even ? EvenLevels.round(group, offset) : CoefficientRounding.round(group, offset, scaledType);
            for (int i = 0; i < bits; i++) {
                scaled[g * bits + i] = (float) group[i];
            }
            if (offsets.length > 0) {
                scaledOffsets[g] = (float) rounded;
            }
        }
        return new MultiBitWeight(layout, bits, planes, scaled, scaledOffsets, scaledType);
    }

    /** Whether all levels are on lines, which {@link EvenLevels} keep when they are scaled. */
    private boolean hasEvenLevels() {
        double[] group = new double[bits];
        for (int g = 0; g < layout.groups(); g++) {
            for (int i = 0; i < bits; i++) {
                group[i] = coefficients[g * bits + i];
            }
            if (type != CoefficientType.FLOAT32 || !EvenLevels.are(group, offsets.length == 0 ? 0 : offsets[g])) {
                return false;
            }
        }
        return true;
    }

    /** The weights of some rows with the other sign: all planes flipped, and the offset. Only where groups have levels of their own. */
    public MultiBitWeight negateRows(boolean[] negated) {
        if (shared != null || negated.length != layout.rows()) {
            throw new IllegalArgumentException("rows that share their levels can not be negated");
        }
        byte[] codes = codes();
        float[] flipped = offsets.clone();
        for (int g = 0; g < layout.groups(); g++) {
            if (negated[g / layout.groupsPerRow()]) {
                for (int j = 0; j < layout.length(g); j++) {
                    codes[g * layout.groupSize() + j] ^= (byte) ((1 << bits) - 1);
                }
                if (offsets.length > 0) {
                    flipped[g] = 0 - offsets[g];
                }
            }
        }
        return new MultiBitWeight(layout, bits, planes(layout, bits, codes), coefficients, flipped, type);
    }

    private MultiBitWeight scaleShared(SharedLevels levels, double[] factors) {
        double smallest = Double.POSITIVE_INFINITY;
        double largest = 0;
        for (int g = 0; g < layout.groups(); g++) {
            double scale = levels.scales()[g] * factors[g / layout.groupsPerRow()];
            smallest = scale > 0 ? Math.min(smallest, scale) : smallest;
            largest = Math.max(largest, scale);
        }
        CoefficientType scaledType = type == CoefficientType.FLOAT32 ? type : SharedLevels.type(smallest, largest);
        return ofShared(layout, bits, planes, levels.scaled(factors, layout.groupsPerRow(), scaledType), scaledType);
    }

    /** The weights that this stands for, in the order of the matrix. */
    public float[] dequantize() {
        float[] weights = new float[layout.weights()];
        for (int g = 0; g < layout.groups(); g++) {
            dequantize(g, weights, layout.start(g));
        }
        return weights;
    }

    /** Writes the weights of group {@code g} into {@code weights} from {@code start} on. */
    public void dequantize(int g, float[] weights, int start) {
        float offset = offsets.length == 0 ? 0 : offsets[g];
        for (int j = 0; j < layout.length(g); j++) {
            if (shared != null) {
                weights[start + j] = shared.level(code(g, j)) * shared.scales()[g];
                continue;
            }
            float sum = offset;
            for (int i = 0; i < bits; i++) {
                float a = coefficients[g * bits + i];
                sum += sign(g, i, j) ? a : -a;
            }
            weights[start + j] = sum;
        }
    }
}
