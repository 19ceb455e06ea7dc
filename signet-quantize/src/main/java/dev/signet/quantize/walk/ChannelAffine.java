package dev.signet.quantize.walk;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.quantize.runtime.ElementTypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** {@code scale * y + added} for each channel of tensors. */
final class ChannelAffine {
    private static final String INPUT = "signet.output";
    private static final String SCALED = "signet.scaled";
    private static final String OUTPUT = "signet.adjusted";
    private static final String SCALE = "signet.scale";
    private static final String ADDED = "signet.added";

    private ChannelAffine() {}

    /**
     * New tensors; the given ones stay open.
     *
     * @param axis the dimension that counts channels
     */
    static List<OnnxTensor> apply(NodeParts parts, List<OnnxTensor> tensors, int axis, double[] scale, double[] added) {
        OnnxTensor first = tensors.getFirst();
        ElementType type = ElementTypes.of(first);
        int[] shape = new int[first.getInfo().getShape().length];
        Arrays.fill(shape, 1);
        shape[axis] = scale.length;
        List<NodeProto> nodes = List.of(node("Mul", INPUT, SCALE, SCALED), node("Add", SCALED, ADDED, OUTPUT));
        Map<String, TensorProto> constants = Map.of(
                SCALE, Tensors.floats("", type, shape, floats(scale)),
                ADDED, Tensors.floats("", type, shape, floats(added)));
        List<OnnxTensor> adjusted = new ArrayList<>();
        try (NodeSession session = parts.open(nodes, List.of(OUTPUT), Map.of(INPUT, first), constants, Map.of())) {
            tensors.forEach(tensor -> adjusted.addAll(session.run(Map.of(INPUT, tensor))));
        }
        return adjusted;
    }

    private static NodeProto node(String operator, String a, String b, String output) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addInput(a)
                .addInput(b)
                .addOutput(output)
                .build();
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
