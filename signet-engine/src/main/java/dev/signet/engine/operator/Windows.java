package dev.signet.engine.operator;

import dev.signet.engine.graph.Attributes;
import dev.signet.engine.graph.Node;
import dev.signet.engine.product.Window;
import dev.signet.engine.tensor.Shape;
import java.util.Optional;

/** The attributes of convolutions and pools that say how a {@link Window} moves. */
final class Windows {
    private Windows() {}

    /**
     * The window of a convolution or pool that reads {@code x} [N, C, ...].
     *
     * @param kernel size of the window
     * @throws dev.signet.onnx.InputException if an attribute is not what the operator allows
     */
    static Window of(Node node, Shape x, int[] kernel) {
        int rank = kernel.length;
        Attributes attributes = node.attributes();
        int[] stride = positive(node, "strides", rank);
        int[] dilation = positive(node, "dilations", rank);
        int[] before = new int[rank];
        int[] after = new int[rank];
        int[] input = new int[rank];
        int[] output = new int[rank];
        String automatic = attributes.text("auto_pad", "NOTSET");
        int[] pads = pads(node, rank, automatic);
        boolean ceil = attributes.flag("ceil_mode", false);
        for (int i = 0; i < rank; i++) {
            input[i] = x.dim(i + 2);
            int reach = Math.addExact(Math.multiplyExact(kernel[i] - 1, dilation[i]), 1);
            if (automatic.startsWith("SAME")) {
                output[i] = Math.ceilDiv(input[i], stride[i]);
                int total = Math.max(0, (output[i] - 1) * stride[i] + reach - input[i]);
                before[i] = automatic.equals("SAME_LOWER") ? total - total / 2 : total / 2;
                after[i] = total - before[i];
                continue;
            }
            before[i] = pads[i];
            after[i] = pads[i + rank];
            int room = Math.addExact(Math.addExact(input[i], before[i]), after[i]) - reach;
            if (room < 0) {
                throw node.error(
                        "a window of %d does not fit into %d values with padding %d and %d"
                                .formatted(reach, input[i], before[i], after[i]),
                        "run the model on a larger input");
            }
            output[i] = (ceil ? Math.ceilDiv(room, stride[i]) : room / stride[i]) + 1;
            // A window that would start in the padding at the end is left out.
            if (ceil && (output[i] - 1) * stride[i] >= input[i] + before[i]) {
                output[i]--;
            }
        }
        return new Window(kernel, stride, dilation, before, after, input, output);
    }

    /** The {@code pads} attribute, or zeros; checks {@code auto_pad}. */
    static int[] pads(Node node, int rank, String automatic) {
        switch (automatic) {
            case "SAME_UPPER", "SAME_LOWER", "VALID" -> {
                return new int[2 * rank];
            }
            case "NOTSET", "" -> {}
            default -> throw node.error("auto_pad is '%s', which ONNX does not know".formatted(automatic));
        }
        int[] pads = list(node, "pads", 2 * rank, 0);
        for (int pad : pads) {
            if (pad < 0) {
                throw node.error("negative padding %d is not supported".formatted(pad));
            }
        }
        return pads;
    }

    /** An attribute of {@code length} positive integers, or ones. */
    static int[] positive(Node node, String name, int length) {
        int[] values = list(node, name, length, 1);
        for (int value : values) {
            if (value < 1) {
                throw node.error("%s has %d where a positive number was expected".formatted(name, value));
            }
        }
        return values;
    }

    /** An attribute of {@code length} integers, or as many times {@code otherwise}. */
    static int[] list(Node node, String name, int length, int otherwise) {
        Optional<long[]> values = node.attributes().integers(name);
        int[] list = new int[length];
        for (int i = 0; i < length; i++) {
            list[i] = otherwise;
        }
        if (values.isPresent()) {
            long[] given = values.get();
            if (given.length != length) {
                throw node.error("%s has %d values where %d were expected".formatted(name, given.length, length));
            }
            for (int i = 0; i < length; i++) {
                list[i] = Math.toIntExact(given[i]);
            }
        }
        return list;
    }
}
