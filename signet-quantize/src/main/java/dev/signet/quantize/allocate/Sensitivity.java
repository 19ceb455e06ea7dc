package dev.signet.quantize.allocate;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.tensor.TensorReader;
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
import java.util.Set;

/**
 * How much noise one weight brings into the network's outputs if only it is quantized. The network is opened once, its weights as
 * inputs that can be given other values.
 */
public final class Sensitivity implements AutoCloseable {
    private final OnnxRuntimeModel runtime;
    private final List<Map<String, OnnxTensor>> chunks;
    private final List<Map<String, Tensor>> expected = new ArrayList<>();
    private final Map<String, Double> signals = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> weights = new LinkedHashMap<>();

    private Sensitivity(OnnxRuntimeModel runtime, List<Map<String, OnnxTensor>> chunks) {
        this.runtime = runtime;
        this.chunks = chunks;
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
        tensors.stream()
                .filter(tensor -> tensor.source() instanceof WeightTensor.Source.Initializer)
                .forEach(tensor -> names.add(tensor.name()));
        ModelProto open = withInputs(model, names);
        var sensitivity =
                new Sensitivity(OnnxRuntimeModel.open(model.where(), open.toByteArray(), threads), samples.chunks());
        try {
            for (WeightTensor tensor : tensors) {
                if (names.contains(tensor.name())) {
                    sensitivity.weights.put(
                            tensor.name(),
                            sensitivity.tensor(tensor, tensor.toTensorOrder(tensor.matrix().values())));
                }
            }
            sensitivity.runOriginal();
            return sensitivity;
        } catch (InputException e) {
            sensitivity.close();
            throw e;
        }
    }

    /** The model with some of its initializers as inputs. */
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
                graph.addInput(ValueInfoProto.newBuilder()
                        .setName(constant.getName())
                        .setType(TypeProto.newBuilder()
                                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(constant.getDataType()))));
            }
        }
        return model.proto().toBuilder().setGraph(graph).build();
    }

    private OnnxTensor tensor(WeightTensor tensor, float[] values) {
        TensorSpec spec = runtime.inputs().stream()
                .filter(input -> input.name().equals(tensor.name()))
                .findFirst()
                .orElseThrow();
        return OnnxRuntimeModel.tensor(spec, values, tensor.dimensions());
    }

    /** The tensors of a chunk, and all weights but one. */
    private Map<String, OnnxTensor> feeds(int chunk) {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>(weights);
        feeds.putAll(chunks.get(chunk));
        return feeds;
    }

    private void runOriginal() {
        Map<String, double[]> sums = new LinkedHashMap<>();
        Map<String, double[]> squares = new LinkedHashMap<>();
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            Map<String, Tensor> outputs = runtime.run(feeds(chunk));
            expected.add(outputs);
            outputs.forEach((name, tensor) -> {
                double[] sum = sums.computeIfAbsent(name, key -> new double[tensor.values().length]);
                double[] square = squares.computeIfAbsent(name, key -> new double[tensor.values().length]);
                for (int i = 0; i < Math.min(sum.length, tensor.values().length); i++) {
                    sum[i] += tensor.values()[i];
                    square[i] += (double) tensor.values()[i] * tensor.values()[i];
                }
            });
        }
        Set<String> floating = new HashSet<>();
        for (TensorSpec output : runtime.outputs()) {
            if (output.type() == OnnxJavaType.FLOAT || output.type() == OnnxJavaType.DOUBLE
                    || output.type() == OnnxJavaType.FLOAT16) {
                floating.add(output.name());
            }
        }
        sums.forEach((name, sum) -> {
            double[] square = squares.getOrDefault(name, sum);
            double signal = 0;
            for (int i = 0; i < sum.length; i++) {
                signal += Math.max(0, square[i] - sum[i] * sum[i] / chunks.size());
            }
            if (floating.contains(name) && signal > 0 && Double.isFinite(signal)) {
                signals.put(name, signal);
            }
        });
    }

    /**
     * The noise of the worst output, relative to what that output varies by over the samples.
     *
     * @param values of the weight, in the tensor's order
     * @return empty where the weight is no initializer of the graph
     */
    public Optional<Double> noise(WeightTensor tensor, float[] values) {
        if (!weights.containsKey(tensor.name())) {
            return Optional.empty();
        }
        double[] worst = new double[1];
        Map<String, Double> noises = new LinkedHashMap<>();
        try (OnnxTensor weight = tensor(tensor, values)) {
            for (int chunk = 0; chunk < chunks.size(); chunk++) {
                Map<String, OnnxTensor> feeds = feeds(chunk);
                feeds.put(tensor.name(), weight);
                Map<String, Tensor> before = expected.get(chunk);
                runtime.run(feeds).forEach((name, after) -> {
                    Tensor wanted = before.get(name);
                    if (wanted != null && wanted.values().length == after.values().length) {
                        noises.merge(name, difference(wanted.values(), after.values()), Double::sum);
                    }
                });
            }
        }
        signals.forEach((name, signal) ->
                worst[0] = Math.max(worst[0], noises.getOrDefault(name, 0.0) / signal));
        return Optional.of(worst[0]);
    }

    private static double difference(float[] a, float[] b) {
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            double d = (double) a[i] - b[i];
            squares += d * d;
        }
        return squares;
    }

    @Override
    public void close() {
        runtime.close();
        weights.values().forEach(OnnxTensor::close);
        chunks.forEach(chunk -> chunk.values().forEach(OnnxTensor::close));
    }
}
