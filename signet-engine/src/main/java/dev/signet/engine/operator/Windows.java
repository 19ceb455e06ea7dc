package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.product.Window;
import dev.signet.engine.tensor.Shape;
import dev.signet.onnx.node.ConvolutionGeometry;
import java.util.Locale;
import java.util.function.Supplier;

/** Where the window of a convolution or pool lies on an input whose size is known. */
final class Windows {
    private Windows() {}

    /**
     * The window of a convolution or pool that reads {@code x} [N, C, ...].
     *
     * @param kernel size of the window
     * @throws dev.signet.onnx.InputException if an attribute is not what the operator allows
     */
    static Window of(Node node, Shape x, int[] kernel) {
        ConvolutionGeometry geometry = geometry(node, kernel);
        int rank = geometry.rank();
        int[] stride = geometry.strides();
        int[] before = new int[rank];
        int[] after = new int[rank];
        int[] input = new int[rank];
        int[] output = new int[rank];
        boolean ceil = node.attributes().flag("ceil_mode", false);
        for (int i = 0; i < rank; i++) {
            input[i] = x.dim(i + 2);
            int reach = geometry.reach(i);
            if (geometry.autoPad().isSame()) {
                output[i] = Math.ceilDiv(input[i], stride[i]);
                int total = Math.max(0, (output[i] - 1) * stride[i] + reach - input[i]);
                before[i] = geometry.autoPad().before(total);
                after[i] = total - before[i];
                continue;
            }
            before[i] = geometry.padsBefore()[i];
            after[i] = geometry.padsAfter()[i];
            int room = Math.addExact(Math.addExact(input[i], before[i]), after[i]) - reach;
            if (room < 0) {
                throw node.error(
                        String.format(
                                Locale.ROOT,
                                "a window of %d does not fit into %d values with padding %d and %d",
                                reach,
                                input[i],
                                before[i],
                                after[i]),
                        "run the model on a larger input");
            }
            output[i] = (ceil ? Math.ceilDiv(room, stride[i]) : room / stride[i]) + 1;
            // A window that would start in the padding at the end is left out.
            if (ceil && (output[i] - 1) * stride[i] >= input[i] + before[i]) {
                output[i]--;
            }
        }
        return new Window(kernel, stride, geometry.dilations(), before, after, input, output);
    }

    /**
     * How the node's window moves.
     *
     * @param kernel size of the window
     * @throws dev.signet.onnx.InputException if an attribute is not what the operator allows, or cuts inputs off
     */
    static ConvolutionGeometry geometry(Node node, int[] kernel) {
        ConvolutionGeometry geometry = checked(node, () -> ConvolutionGeometry.of(node.attributes(), kernel));
        for (int i = 0; i < geometry.rank(); i++) {
            int least = Math.min(geometry.padsBefore()[i], geometry.padsAfter()[i]);
            if (least < 0) {
                throw node.error(String.format(Locale.ROOT, "negative padding %d is not supported", least));
            }
        }
        return geometry;
    }

    /** An attribute of {@code length} positive integers, or ones. */
    static int[] positive(Node node, String name, int length) {
        return list(node, name, length, 1, 1);
    }

    /** An attribute of {@code length} integers from {@code least} on, or as many times {@code absent}. */
    static int[] list(Node node, String name, int length, int absent, int least) {
        return checked(node, () -> ConvolutionGeometry.list(node.attributes(), name, length, absent, least));
    }

    private static <T> T checked(Node node, Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }
}
