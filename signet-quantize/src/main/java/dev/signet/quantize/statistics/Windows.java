package dev.signet.quantize.statistics;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.node.Nodes;
import java.util.Arrays;

/** Reads the geometry of Conv and ConvTranspose nodes. */
final class Windows {
    private Windows() {}

    /**
     * The window of a convolution.
     *
     * @param node a Conv or ConvTranspose
     * @param weight a shape that ends with the kernel's sizes
     * @param in the shape of its input
     * @param out the shape of its output
     */
    static Window of(NodeProto node, int[] weight, long[] in, long[] out) {
        boolean transposed = node.getOpType().equals("ConvTranspose");
        int dimensions = in.length - 2;
        int[] kernel = Arrays.copyOfRange(weight, weight.length - dimensions, weight.length);
        int[] strides = integers(node, "strides", dimensions, 1);
        int[] dilations = integers(node, "dilations", dimensions, 1);
        int[] input = tail(in);
        int[] output = tail(out);
        int[] pads = new int[dimensions];
        String auto = Nodes.attribute(node, "auto_pad")
                .map(a -> a.getS().toStringUtf8())
                .orElse("NOTSET");
        boolean given = auto.equals("NOTSET") || auto.isEmpty();
        // ConvTranspose with an output_shape computes its pads from it, whatever "pads" says.
        boolean computed = transposed && Nodes.attribute(node, "output_shape").isPresent();
        if (given && !computed) {
            pads = Arrays.copyOf(integers(node, "pads", 2 * dimensions, 0), dimensions);
        } else if (!auto.equals("VALID") || computed) {
            int[] extra = integers(node, "output_padding", dimensions, 0);
            for (int d = 0; d < dimensions; d++) {
                int reach = (kernel[d] - 1) * dilations[d] + 1;
                int total = transposed
                        ? strides[d] * (input[d] - 1) + extra[d] + reach - output[d]
                        : (output[d] - 1) * strides[d] + reach - input[d];
                total = Math.max(0, total);
                // As ONNX Runtime has it, for both operators: only SAME_UPPER puts the odd zero after the inputs.
                pads[d] = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
            }
        }
        int groups = Math.toIntExact(Nodes.integer(node, "group", 1));
        return new Window(Math.toIntExact(in[1]), groups, input, output, kernel, strides, pads, dilations, transposed);
    }

    private static int[] tail(long[] shape) {
        return Arrays.stream(shape).skip(2).mapToInt(Math::toIntExact).toArray();
    }

    private static int[] integers(NodeProto node, String name, int count, int absent) {
        int[] values = new int[count];
        Arrays.fill(values, absent);
        AttributeProto attribute = Nodes.attribute(node, name).orElse(null);
        if (attribute != null) {
            for (int i = 0; i < Math.min(count, attribute.getIntsCount()); i++) {
                values[i] = Math.toIntExact(attribute.getInts(i));
            }
        }
        return values;
    }
}
