package dev.signet.lab.baseline;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.build.UniqueNames;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.sample.CalibrationSamples;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rounds what the layers of a model get to 256 levels: one scale and zero point for a tensor, as ONNX Runtime's quantizer has it, over the
 * range that a tensor has in each run (dynamic), or over the one that it had for samples (static). The weights are not touched.
 */
public final class InputRounding {
    private static final Set<String> LAYERS = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");
    private static final int LEVELS = 255;

    /** The first opset that rounds over a tensor's own range. */
    private static final int LEAST_OPSET = 11;

    /** A scale and a zero point. */
    private static final int BYTES = 5;

    private final OnnxModel model;
    private final Set<String> weights;

    /** @param weights names of the tensors whose layers' inputs are rounded */
    public InputRounding(OnnxModel model, Set<String> weights) {
        this.model = model;
        this.weights = weights;
    }

    /** Whether the model's operators allow it. */
    public boolean isPossible() {
        return model.opset() >= LEAST_OPSET;
    }

    /** Over the range of each run. */
    public OnnxModel dynamic() {
        return rounded(new LinkedHashMap<>());
    }

    /** Over the ranges that samples give. */
    public OnnxModel fixed(CalibrationSamples samples, int threads) {
        return rounded(ranges(samples, threads));
    }

    /** What scales and zero points of static ranges take in a file. */
    public long bytes() {
        return (long) BYTES * inputs().size();
    }

    /** The tensors that layers get, each once. */
    private List<String> inputs() {
        return model.proto().getGraph().getNodeList().stream()
                .map(this::input)
                .flatMap(Optional::stream)
                .map(at -> at.node().getInput(at.index()))
                .distinct()
                .toList();
    }

    /** Which input of a node is rounded. */
    private record At(NodeProto node, int index) {}

    private Optional<At> input(NodeProto node) {
        if (!LAYERS.contains(node.getOpType()) || node.getInputCount() < 2) {
            return Optional.empty();
        }
        boolean first = weights.contains(node.getInput(0));
        boolean second = weights.contains(node.getInput(1));
        return first == second ? Optional.empty() : Optional.of(new At(node, first ? 1 : 0));
    }

    private Map<String, float[]> ranges(CalibrationSamples samples, int threads) {
        List<String> inputs = inputs();
        ModelProto.Builder open = model.proto().toBuilder();
        Set<String> there = new HashSet<>();
        open.getGraph().getOutputList().forEach(output -> there.add(output.getName()));
        open.getGraph().getInputList().forEach(input -> there.add(input.getName()));
        inputs.stream()
                .filter(there::add)
                .forEach(name -> open.getGraphBuilder()
                        .addOutput(ValueInfoProto.newBuilder().setName(name)));
        Map<String, float[]> ranges = new LinkedHashMap<>();
        inputs.forEach(name -> ranges.put(name, new float[2]));
        try (OnnxRuntimeModel runtime =
                OnnxRuntimeModel.open(model.where(), open.build().toByteArray(), threads)) {
            samples.chunks().forEach(chunk -> {
                runtime.run(chunk).forEach((name, tensor) -> widen(ranges.get(name), tensor.values()));
                chunk.forEach((name, tensor) -> {
                    if (ranges.containsKey(name)) {
                        widen(ranges.get(name), Tensor.floats(tensor));
                    }
                });
            });
        }
        return ranges;
    }

    private static void widen(float @Nullable [] range, float[] values) {
        if (range == null) {
            return;
        }
        for (float value : values) {
            range[0] = Math.min(range[0], value);
            range[1] = Math.max(range[1], value);
        }
    }

    /** @param ranges of the inputs; none for those of each run */
    private OnnxModel rounded(Map<String, float[]> ranges) {
        GraphProto graph = model.proto().getGraph();
        var names = new UniqueNames(graph);
        Map<String, String> done = new LinkedHashMap<>();
        List<NodeProto> nodes = new ArrayList<>();
        List<TensorProto> tensors = new ArrayList<>();
        for (NodeProto node : graph.getNodeList()) {
            Optional<At> at = input(node);
            if (at.isEmpty()) {
                nodes.add(node);
                continue;
            }
            String input = node.getInput(at.get().index());
            String rounded = done.get(input);
            if (rounded == null) {
                rounded = names.claim(input + ".rounded");
                done.put(input, rounded);
                add(input, rounded, ranges.get(input), names, nodes, tensors);
            }
            nodes.add(node.toBuilder().setInput(at.get().index(), rounded).build());
        }
        return model.with(model.proto().toBuilder()
                .setGraph(graph.toBuilder().clearNode().addAllNode(nodes).addAllInitializer(tensors))
                .build());
    }

    private static void add(
            String input,
            String rounded,
            float @Nullable [] range,
            UniqueNames names,
            List<NodeProto> nodes,
            List<TensorProto> tensors) {
        String codes = names.claim(input + ".codes");
        String scale = names.claim(input + ".scale");
        String zero = names.claim(input + ".zero");
        if (range == null) {
            nodes.add(NodeProto.newBuilder()
                    .setOpType("DynamicQuantizeLinear")
                    .addInput(input)
                    .addAllOutput(List.of(codes, scale, zero))
                    .build());
        } else {
            float step = range[1] > range[0] ? (range[1] - range[0]) / LEVELS : 1;
            int level = Math.clamp(Math.round(-range[0] / step), 0, LEVELS);
            tensors.add(Tensors.floats(scale, ElementType.FLOAT, new int[0], step));
            tensors.add(Tensors.bytes(zero, ElementType.UINT8, new int[0], new byte[] {(byte) level}));
            nodes.add(Attributes.node("QuantizeLinear", List.of(input, scale, zero), codes));
        }
        nodes.add(Attributes.node("DequantizeLinear", List.of(codes, scale, zero), rounded));
    }
}
