package dev.signet.core;

import dev.signet.core.MultiBitWeight.CoefficientType;

/**
 * What a weight takes on disk.
 *
 * @param weights how many weights
 * @param planeBytes bytes of the codes
 * @param coefficientBytes bytes of coefficients and offsets
 */
public record WeightSize(int weights, long planeBytes, long coefficientBytes) {
    /**
     * The size of a multi-bit weight, equal to {@link MultiBitWeight#packedBytes}.
     *
     * @param layout the groups
     * @param bits sign planes, 1..8
     * @param type how coefficients and offsets are stored
     * @param offset whether each group has an offset
     */
    public static WeightSize of(GroupLayout layout, int bits, CoefficientType type, boolean offset) {
        long values = (long) layout.groups() * (bits + (offset ? 1 : 0));
        return new WeightSize(
                layout.weights(), MultiBitWeight.codeBytes(layout, bits), Math.multiplyExact(values, type.bytes()));
    }

    /** The same for a grouping that may share its levels. */
    public static WeightSize of(Grouping grouping, GroupLayout layout, int bits, CoefficientType type, boolean offset) {
        if (!(grouping instanceof Grouping.Shared)) {
            return of(layout, bits, type, offset);
        }
        long values = (long) layout.groups() + bits + 1;
        return new WeightSize(
                layout.weights(), MultiBitWeight.codeBytes(layout, bits), Math.multiplyExact(values, type.bytes()));
    }

    /** The size in the article's layout: one fp32 coefficient for each plane of each spatial kernel slice, and no offset. */
    public static WeightSize ofArticle(int filters, int inputs, int kernelSize, int bits) {
        GroupLayout slices = new Grouping.Kernel().layout(filters, inputs, kernelSize);
        return of(slices, bits, CoefficientType.FLOAT32, false);
    }

    /** All bytes. */
    public long bytes() {
        return planeBytes + coefficientBytes;
    }

    /** Bits for each weight, coefficients included. */
    public double bitsPerWeight() {
        return (double) bytes() * Byte.SIZE / weights;
    }

    /** The size relative to fp32 weights: 0.1 is a tenth. */
    public double relativeToFloat() {
        return (double) bytes() / ((long) weights * Float.BYTES);
    }
}
