package dev.signet.quantize.fold;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.MultiBitWeight;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.rewrite.GraphEdits;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Folds the BatchNormalization after a quantized convolution into the coefficients of its filters and its bias: four values a
 * channel become one, and a node goes. ONNX Runtime does the same when it loads a model.
 *
 * @param weights the same codes, their coefficients multiplied where a normalization was folded
 * @param edits the corrections, normalizations that go among them
 */
public record NormalizationFolding(Map<WeightTensor, MultiBitWeight> weights, GraphEdits edits) {
    private static final double USUAL_EPSILON = 1e-5;

    /** Bytes of the normalization, less those of a bias. */
    private static final long SAVED_PER_CHANNEL = 3 * Float.BYTES;

    /** Folds what can be folded. */
    public static NormalizationFolding of(
            OnnxModel model, Map<WeightTensor, MultiBitWeight> weights, GraphEdits edits) {
        GraphIndex graph = GraphIndex.of(model);
        var reader = new TensorReader(model);
        Map<WeightTensor, MultiBitWeight> folded = new LinkedHashMap<>(weights);
        Map<Integer, float[]> biases = new HashMap<>(edits.biases());
        Map<Integer, GraphEdits.BatchNormalization> normalizations = new HashMap<>(edits.normalizations());
        Set<Integer> gone = new TreeSet<>();
        weights.forEach((tensor, weight) -> {
            OptionalInt layer = layer(graph, tensor);
            OptionalInt after =
                    layer.isPresent() ? graph.followingBatchNormalization(layer.getAsInt()) : OptionalInt.empty();
            if (after.isEmpty() || !isInference(graph.node(after.getAsInt()))) {
                return;
            }
            int channels = weight.layout().rows();
            int node = after.getAsInt();
            GraphEdits.BatchNormalization edited = normalizations.get(node);
            Optional<GraphEdits.BatchNormalization> given =
                    edited == null ? parameters(graph, reader, node) : Optional.of(edited);
            float[] bias = biases.get(layer.getAsInt());
            Optional<float[]> added =
                    bias == null ? bias(graph, reader, layer.getAsInt(), channels) : Optional.of(bias);
            if (given.isEmpty() || added.isEmpty() || !fits(given.get(), added.get(), channels)) {
                return;
            }
            double[] factors = factors(given.get(), epsilon(graph.node(node)));
            if (canScale(weight, factors)) {
                MultiBitWeight scaled = scaled(weight, factors);
                if (scaled.packedBytes() > weight.packedBytes() + SAVED_PER_CHANNEL * channels) {
                    return;
                }
                folded.put(tensor, scaled);
                biases.put(layer.getAsInt(), shifted(added.get(), given.get(), factors));
                normalizations.remove(node);
                gone.add(node);
            }
        });
        return new NormalizationFolding(folded, new GraphEdits(biases, normalizations, gone));
    }

    /** The convolution that alone uses a tensor, whose rows are its channels. */
    private static OptionalInt layer(GraphIndex graph, WeightTensor tensor) {
        if (tensor.elementType() != ElementType.FLOAT
                || graph.uses(tensor.name()).size() != 1) {
            return OptionalInt.empty();
        }
        GraphIndex.Use use = graph.uses(tensor.name()).getFirst();
        if (use.node() < 0 || use.input() != 1 || graph.isOutput(tensor.name())) {
            return OptionalInt.empty();
        }
        NodeView node = NodeView.of(graph.node(use.node()));
        return node.is("Conv") || node.is("ConvTranspose") ? OptionalInt.of(use.node()) : OptionalInt.empty();
    }

    /** Filters that share their levels have no sign of their own. */
    private static boolean canScale(MultiBitWeight weight, double[] factors) {
        return Arrays.stream(factors)
                .allMatch(factor -> (weight.shared() == null ? factor != 0 : factor > 0) && Double.isFinite(factor));
    }

    private static MultiBitWeight scaled(MultiBitWeight weight, double[] factors) {
        boolean[] negated = new boolean[factors.length];
        double[] sizes = new double[factors.length];
        boolean any = false;
        for (int c = 0; c < factors.length; c++) {
            negated[c] = factors[c] < 0;
            sizes[c] = Math.abs(factors[c]);
            any |= negated[c];
        }
        return (any ? weight.negateRows(negated) : weight).scaleRows(sizes);
    }

    private static boolean isInference(NodeProto node) {
        return node.getOutputList().stream().skip(1).allMatch(String::isEmpty)
                && node.getAttributeList().stream()
                        .noneMatch(attribute -> attribute.getName().equals("training_mode") && attribute.getI() != 0);
    }

    private static Optional<GraphEdits.BatchNormalization> parameters(GraphIndex graph, TensorReader reader, int node) {
        float[][] values = new float[4][];
        for (int i = 0; i < values.length; i++) {
            Optional<float[]> constant =
                    constant(graph, reader, NodeView.of(graph.node(node)).input(i + 1));
            if (constant.isEmpty()) {
                return Optional.empty();
            }
            values[i] = constant.get();
        }
        return Optional.of(new GraphEdits.BatchNormalization(values[0], values[1], values[2], values[3]));
    }

    private static Optional<float[]> bias(GraphIndex graph, TensorReader reader, int layer, int channels) {
        String bias = NodeView.of(graph.node(layer)).input(2);
        return bias.isEmpty() ? Optional.of(new float[channels]) : constant(graph, reader, bias);
    }

    private static Optional<float[]> constant(GraphIndex graph, TensorReader reader, String name) {
        return graph.initializer(name)
                .filter(tensor -> graph.isConstant(name))
                .filter(tensor -> tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber())
                .map(reader::floats);
    }

    private static boolean fits(GraphEdits.BatchNormalization given, float[] bias, int channels) {
        return bias.length == channels
                && given.scale().length == channels
                && given.bias().length == channels
                && given.mean().length == channels
                && given.variance().length == channels;
    }

    private static double epsilon(NodeProto node) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals("epsilon"))
                .mapToDouble(attribute -> attribute.getF())
                .findFirst()
                .orElse((float) USUAL_EPSILON);
    }

    private static double[] factors(GraphEdits.BatchNormalization given, double epsilon) {
        double[] factors = new double[given.scale().length];
        for (int c = 0; c < factors.length; c++) {
            factors[c] = given.scale()[c] / Math.sqrt(given.variance()[c] + epsilon);
        }
        return factors;
    }

    private static float[] shifted(float[] bias, GraphEdits.BatchNormalization given, double[] factors) {
        float[] shifted = new float[bias.length];
        for (int c = 0; c < shifted.length; c++) {
            shifted[c] = (float) ((bias[c] - (double) given.mean()[c]) * factors[c] + given.bias()[c]);
        }
        return shifted;
    }
}
