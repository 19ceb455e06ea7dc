package dev.signet.train.network;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.tensor.ElementType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Builds an untrained network as an ONNX graph (opset 13), node after node. Each method takes the name of its input tensor and
 * returns that of its output. Convolutions start as in He et al. 2015 (arXiv 1502.01852), normally distributed with variance
 * {@code 2 / fan-out}; the same seed gives the same weights.
 */
public final class NetworkBuilder {
    private static final int OPSET = 13;
    private static final int IR_VERSION = 8;

    private final GraphProto.Builder graph;
    private final SplittableRandom random;
    private int nodes;

    /** A network called {@code name}. */
    public NetworkBuilder(String name, long seed) {
        this.graph = GraphProto.newBuilder().setName(name);
        this.random = new SplittableRandom(seed);
    }

    /**
     * The input.
     *
     * @param shape its dimensions; -1 for those that are left open
     */
    public String input(String name, int... shape) {
        graph.addInput(value(name, shape));
        return name;
    }

    /**
     * A square convolution; weights {@code NAME.weight} [outputs, inputs / groups, kernel, kernel].
     *
     * @param bias whether there is a {@code NAME.bias}, zero at first
     */
    public String convolution(
            String x, String name, int inputs, int outputs, int kernel, int stride, int groups, boolean bias) {
        return convolution(x, name, inputs, outputs, kernel, stride, groups, bias, 1);
    }

    /**
     * A square convolution that starts weaker.
     *
     * @param gain factor on its first weights; less than 1 where a branch shall begin as little, 0 as nothing
     */
    public String convolution(
            String x,
            String name,
            int inputs,
            int outputs,
            int kernel,
            int stride,
            int groups,
            boolean bias,
            double gain) {
        double deviation = gain * Math.sqrt(2.0 * groups / ((double) outputs * kernel * kernel));
        String weights = normal(name + ".weight", deviation, outputs, inputs / groups, kernel, kernel);
        // Half the kernel around each pixel; a kernel of even width shares the borders out.
        int before = (kernel - 1) / 2;
        int after = kernel % 2 == 0 ? Math.max(0, kernel - stride - before) : before;
        List<String> operands = bias ? List.of(x, weights, constant(name + ".bias", 0, outputs)) : List.of(x, weights);
        return node(
                "Conv",
                name,
                operands,
                Attributes.integers("kernel_shape", kernel, kernel),
                Attributes.integers("pads", before, before, after, after),
                Attributes.integers("strides", stride, stride),
                Attributes.integer("group", groups));
    }

    /**
     * BatchNormalization.
     *
     * @param scale what {@code NAME.weight} is at first: 1, or 0 where a branch shall begin as nothing
     */
    public String batchNormalization(String x, String name, int channels, float scale) {
        return node(
                "BatchNormalization",
                name,
                List.of(
                        x,
                        constant(name + ".weight", scale, channels),
                        constant(name + ".bias", 0, channels),
                        constant(name + ".running_mean", 0, channels),
                        constant(name + ".running_var", 1, channels)),
                number("epsilon", 1e-5f),
                number("momentum", 0.9f));
    }

    /** A fully connected layer on [samples, inputs]. */
    public String fullyConnected(String x, String name, int inputs, int outputs) {
        String weights = normal(name + ".weight", 1 / Math.sqrt(inputs), outputs, inputs);
        return node(
                "Gemm",
                name,
                List.of(x, weights, constant(name + ".bias", 0, outputs)),
                Attributes.integer("transB", 1));
    }

    /** Any other node; its output is named after its operator. */
    public String node(String operator, List<String> inputs, AttributeProto... attributes) {
        return node(operator, operator.toLowerCase(java.util.Locale.ROOT) + "_" + nodes, inputs, attributes);
    }

    private String node(String operator, String name, List<String> inputs, AttributeProto... attributes) {
        nodes++;
        String output = name + ".out";
        NodeProto node = Attributes.node(operator, inputs, output, attributes);
        graph.addNode(node.toBuilder().setName(name));
        return output;
    }

    /** A float attribute. */
    public static AttributeProto number(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    /** Any other initializer. */
    public String initializer(TensorProto tensor) {
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    private String constant(String name, float value, int length) {
        float[] values = new float[length];
        Arrays.fill(values, value);
        return initializer(Tensors.floats(name, ElementType.FLOAT, new int[] {length}, values));
    }

    private String normal(String name, double deviation, int... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return initializer(Tensors.floats(name, ElementType.FLOAT, shape, values));
    }

    /**
     * The finished network.
     *
     * @param tensor what it gives
     * @param output what that is called in the model
     * @param shape its dimensions; -1 for those that are left open
     */
    public OnnxModel build(String tensor, String output, int... shape) {
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (int i = 0; i < node.getOutputCount(); i++) {
                if (node.getOutput(i).equals(tensor)) {
                    node.setOutput(i, output);
                }
            }
        }
        graph.addOutput(value(output, shape));
        ModelProto proto = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("signet")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph)
                .build();
        return OnnxModel.of(proto, Path.of(graph.getName()));
    }

    private static ValueInfoProto value(String name, int... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (int i = 0; i < shape.length; i++) {
            var dimension = TensorShapeProto.Dimension.newBuilder();
            String open = i == 0 ? "batch" : String.format(Locale.ROOT, "%s_%d", name, i);
            dimensions.addDim(shape[i] < 0 ? dimension.setDimParam(open) : dimension.setDimValue(shape[i]));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(ElementType.FLOAT.number())
                                .setShape(dimensions)))
                .build();
    }
}
