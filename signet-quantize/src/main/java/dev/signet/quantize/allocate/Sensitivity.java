package dev.signet.quantize.allocate;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.quantize.figure.OutputFigures;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.runtime.TensorSpec;
import dev.signet.quantize.sample.CalibrationSamples;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How much noise one weight brings into the network's outputs if only it is quantized. The network is opened once, its weights as
 * inputs that can be given other values.
 */
public final class Sensitivity implements AutoCloseable {
    private final OnnxRuntimeModel runtime;
    private final CalibrationSamples samples;
    private final List<Map<String, Tensor>> expected = new ArrayList<>();
    private final Map<String, OnnxTensor> weights = new LinkedHashMap<>();

    private Sensitivity(OnnxRuntimeModel runtime, CalibrationSamples samples) {
        this.runtime = runtime;
        this.samples = samples;
    }

    /**
     * Opens a network.
     *
     * @param tensors the weights that will be replaced
     * @param samples to run it with; closed with this
     */
    public static Sensitivity open(
            OnnxModel model, List<WeightTensor> tensors, CalibrationSamples samples, int threads) {
        Set<String> names = new HashSet<>();
        tensors.forEach(tensor -> names.add(tensor.name()));
        ModelProto open = withInputs(model, names);
        var sensitivity = new Sensitivity(OnnxRuntimeModel.open(model.where(), open.toByteArray(), threads), samples);
        try {
            for (WeightTensor tensor : tensors) {
                if (names.contains(tensor.name())) {
                    sensitivity.weights.put(
                            tensor.name(),
                            sensitivity.tensor(
                                    tensor, tensor.toTensorOrder(tensor.matrix().values())));
                }
            }
            sensitivity.runOriginal();
            return sensitivity;
        } catch (InputException e) {
            sensitivity.close();
            throw e;
        }
    }

    /** The model with some of its initializers and constants as inputs. */
    private static ModelProto withInputs(OnnxModel model, Set<String> names) {
        var reader = new TensorReader(model);
        GraphProto whole = model.proto().getGraph();
        GraphProto.Builder graph = whole.toBuilder().clearInitializer();
        Set<String> listed = new HashSet<>();
        whole.getInputList().forEach(input -> listed.add(input.getName()));
        for (TensorProto constant : whole.getInitializerList()) {
            if (!names.contains(constant.getName())) {
                graph.addInitializer(reader.embedded(constant));
            } else if (!listed.contains(constant.getName())) {
                graph.addInput(input(constant.getName(), constant.getDataType()));
            }
        }
        graph.clearNode();
        for (NodeProto node : whole.getNodeList()) {
            if (node.getOpType().equals("Constant") && names.contains(node.getOutput(0))) {
                graph.addInput(
                        input(node.getOutput(0), node.getAttribute(0).getT().getDataType()));
            } else {
                graph.addNode(node);
            }
        }
        return model.proto().toBuilder().setGraph(graph).build();
    }

    private static ValueInfoProto input(String name, int type) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type)))
                .build();
    }

    private OnnxTensor tensor(WeightTensor tensor, float[] values) {
        TensorSpec spec = runtime.inputs().stream()
                .filter(input -> input.name().equals(tensor.name()))
                .findFirst()
                .orElseThrow();
        return OnnxRuntimeModel.tensor(spec, values, tensor.dimensions());
    }

    /** What the network gives with some of the weights in place of its own. */
    private List<Map<String, Tensor>> outputs(Map<String, OnnxTensor> replaced) {
        return samples.through(chunk -> {
            Map<String, OnnxTensor> feeds = new LinkedHashMap<>(weights);
            feeds.putAll(chunk);
            feeds.putAll(replaced);
            return runtime.run(feeds);
        });
    }

    private void runOriginal() {
        expected.addAll(outputs(Map.of()));
    }

    /**
     * The noise of the worst output, relative to what that output varies by over the samples.
     *
     * @param values of the weight, in the tensor's order
     * @return empty where the outputs do not vary
     */
    public Optional<Double> noise(WeightTensor tensor, float[] values) {
        if (!weights.containsKey(tensor.name())) {
            return Optional.empty();
        }
        try (OnnxTensor weight = tensor(tensor, values)) {
            List<Map<String, Tensor>> given = outputs(Map.of(tensor.name(), weight));
            Stream<OutputFigures.Run> runs = IntStream.range(0, given.size())
                    .mapToObj(i -> new OutputFigures.Run(
                            expected.get(i),
                            given.get(i),
                            OutputFigures.samplesOf(samples.chunks().get(i))));
            OptionalDouble worst = OutputFigures.worst(OutputFigures.of(runtime.outputs(), runs));
            return worst.isPresent() ? Optional.of(Math.pow(10, -worst.getAsDouble() / 10)) : Optional.empty();
        }
    }

    @Override
    public void close() {
        runtime.close();
        weights.values().forEach(OnnxTensor::close);
        samples.close();
    }
}
