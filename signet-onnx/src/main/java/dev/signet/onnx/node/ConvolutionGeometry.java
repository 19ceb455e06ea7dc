package dev.signet.onnx.node;

import java.util.Arrays;
import java.util.Optional;

/**
 * How the window of a Conv, ConvTranspose or pool moves, as the node's attributes say it; one entry per spatial dimension.
 *
 * @param kernel size of the window
 * @param strides its steps
 * @param dilations distance between its taps
 * @param padsBefore zeros before the first input, negative where inputs are cut off; 0 where {@code autoPad} decides
 * @param padsAfter zeros after the last input; 0 where {@code autoPad} decides
 * @param autoPad who decides how many zeros there are
 * @param group channel groups
 */
public record ConvolutionGeometry(
        int[] kernel, int[] strides, int[] dilations, int[] padsBefore, int[] padsAfter, AutoPad autoPad, int group) {
    /** ONNX's {@code auto_pad}. */
    public enum AutoPad {
        /** The attribute {@code pads}. */
        NOTSET,
        /** No zeros. */
        VALID,
        /** As many as give ceil(input / stride) outputs, an odd one at the end. */
        SAME_UPPER,
        /** As many as give ceil(input / stride) outputs, an odd one at the start. */
        SAME_LOWER;

        /** The value that a node's attribute has; empty for one that ONNX does not know. */
        public static Optional<AutoPad> of(String text) {
            return text.isEmpty()
                    ? Optional.of(NOTSET)
                    : Arrays.stream(values()).filter(p -> p.name().equals(text)).findFirst();
        }

        /** Whether the zeros follow from the sizes of input and output. */
        public boolean isSame() {
            return this == SAME_UPPER || this == SAME_LOWER;
        }

        /** How many of {@code total} zeros stand before the first input. */
        public int before(int total) {
            return this == SAME_UPPER ? total / 2 : total - total / 2;
        }
    }

    /**
     * Reads the attributes of a node.
     *
     * @param kernel the sizes of the window, which follow from the weight or from {@code kernel_shape}
     * @throws IllegalArgumentException if an attribute has another number of values than the window has dimensions, a value is
     *     out of bounds, or {@code auto_pad} is not known
     */
    public static ConvolutionGeometry of(NodeAttributes node, int[] kernel) {
        int rank = kernel.length;
        String auto = node.text("auto_pad", "NOTSET");
        AutoPad autoPad = AutoPad.of(auto)
                .orElseThrow(
                        () -> new IllegalArgumentException("auto_pad is '" + auto + "', which ONNX does not know"));
        int[] pads = autoPad == AutoPad.NOTSET ? list(node, "pads", 2 * rank, 0, Integer.MIN_VALUE) : new int[2 * rank];
        long group = node.integer("group", 1);
        if (group < 1 || group > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("group is " + group + " where a positive number was expected");
        }
        return new ConvolutionGeometry(
                kernel,
                list(node, "strides", rank, 1, 1),
                list(node, "dilations", rank, 1, 1),
                Arrays.copyOf(pads, rank),
                Arrays.copyOfRange(pads, rank, 2 * rank),
                autoPad,
                Math.toIntExact(group));
    }

    /** Number of spatial dimensions. */
    public int rank() {
        return kernel.length;
    }

    /** Inputs from the first to the last tap of the window in a dimension. */
    public int reach(int dimension) {
        return Math.addExact(Math.multiplyExact(kernel[dimension] - 1, dilations[dimension]), 1);
    }

    /** Whether the window moves by one and its taps are neighbours. */
    public boolean isDense() {
        return Arrays.stream(strides).allMatch(s -> s == 1)
                && Arrays.stream(dilations).allMatch(d -> d == 1);
    }

    /**
     * An attribute that is a list of bounded integers.
     *
     * @throws IllegalArgumentException if it has another length or a value below {@code least} or beyond an int
     */
    public static int[] list(NodeAttributes node, String name, int length, int absent, int least) {
        int[] list = new int[length];
        Arrays.fill(list, absent);
        long[] given = node.integers(name).orElse(null);
        if (given == null) {
            return list;
        }
        if (given.length != length) {
            throw new IllegalArgumentException(
                    name + " has " + given.length + " values where " + length + " were expected");
        }
        for (int i = 0; i < length; i++) {
            if (given[i] < least || given[i] > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        name + " has " + given[i] + " where a number from " + least + " on was expected");
            }
            list[i] = Math.toIntExact(given[i]);
        }
        return list;
    }
}
