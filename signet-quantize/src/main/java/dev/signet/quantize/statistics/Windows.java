package dev.signet.quantize.statistics;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.node.ConvolutionGeometry;
import dev.signet.onnx.node.ConvolutionGeometry.AutoPad;
import dev.signet.onnx.node.NodeView;
import java.util.Arrays;

/** The windows of Conv and ConvTranspose nodes over inputs of known size. */
final class Windows {
    private Windows() {}

    /**
     * The window of a convolution.
     *
     * @param proto a Conv or ConvTranspose
     * @param weight a shape that ends with the kernel's sizes
     * @param in the shape of its input
     * @param out the shape of its output
     */
    static Window of(NodeProto proto, int[] weight, long[] in, long[] out) {
        NodeView node = NodeView.of(proto);
        boolean transposed = proto.getOpType().equals("ConvTranspose");
        int dimensions = in.length - 2;
        int[] kernel = Arrays.copyOfRange(weight, weight.length - dimensions, weight.length);
        ConvolutionGeometry geometry = ConvolutionGeometry.of(node, kernel);
        int[] input = tail(in);
        int[] output = tail(out);
        int[] pads = geometry.padsBefore();
        // ConvTranspose with an output_shape computes its pads from it, whatever "pads" says.
        boolean computed = transposed && node.has("output_shape");
        if (computed || geometry.autoPad().isSame()) {
            pads = new int[dimensions];
            int[] extra = ConvolutionGeometry.list(node, "output_padding", dimensions, 0, 0);
            for (int d = 0; d < dimensions; d++) {
                int stride = geometry.strides()[d];
                int total = transposed
                        ? stride * (input[d] - 1) + extra[d] + geometry.reach(d) - output[d]
                        : (output[d] - 1) * stride + geometry.reach(d) - input[d];
                // As ONNX Runtime has it, for both operators: only SAME_UPPER puts the odd zero after the inputs.
                AutoPad side = geometry.autoPad() == AutoPad.SAME_UPPER ? AutoPad.SAME_UPPER : AutoPad.SAME_LOWER;
                pads[d] = side.before(Math.max(0, total));
            }
        }
        return new Window(
                Math.toIntExact(in[1]),
                geometry.group(),
                input,
                output,
                kernel,
                geometry.strides(),
                pads,
                geometry.dilations(),
                transposed);
    }

    private static int[] tail(long[] shape) {
        return Arrays.stream(shape).skip(2).mapToInt(Math::toIntExact).toArray();
    }
}
