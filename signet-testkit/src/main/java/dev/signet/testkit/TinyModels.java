package dev.signet.testkit;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Small classifiers to call commands on: convolution, ReLU, average, matrix product. */
public final class TinyModels {
    /** What the classifiers tell apart. */
    public static final int CLASSES = 10;

    private TinyModels() {}

    /** A classifier of 8x8 RGB images with {@code filters} filters. */
    public static ModelProto classifier(int filters) {
        var random = new SplittableRandom(7);
        GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");
        graph.addInput(value("image", -1, 3, 8, 8)).addOutput(value("scores", -1, CLASSES));
        graph.addInitializer(floats("conv.weight", new int[] {filters, 3, 3, 3}, noise(filters * 27, random)));
        graph.addInitializer(
                floats("deep.weight", new int[] {filters, filters, 3, 3}, noise(filters * filters * 9, random)));
        graph.addInitializer(floats("fc.weight", new int[] {CLASSES, filters}, noise(CLASSES * filters, random)));
        graph.addInitializer(floats("fc.bias", new int[] {CLASSES}, noise(CLASSES, random)));
        graph.addNode(node("Conv", "conv", "c", "image", "conv.weight").addAttribute(integers("pads", 1, 1, 1, 1)));
        graph.addNode(node("Relu", "relu", "r", "c"));
        graph.addNode(node("Conv", "deep", "d", "r", "deep.weight"));
        graph.addNode(node("GlobalAveragePool", "pool", "p", "d"));
        graph.addNode(node("Flatten", "flat", "f", "p"));
        graph.addNode(node("Gemm", "fc", "scores", "f", "fc.weight", "fc.bias")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("transB")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(1)));
        return ModelProto.newBuilder()
                .setIrVersion(7)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph)
                .build();
    }

    /** A network that makes every pixel of an image of {@code channels} channels a square of 2x2 pixels. */
    public static ModelProto enlarger(int channels) {
        float[] weights = new float[4 * channels * channels];
        for (int output = 0; output < 4 * channels; output++) {
            weights[output * channels + output / 4] = 1;
        }
        GraphProto graph = GraphProto.newBuilder()
                .setName("enlarger")
                .addInput(value("image", -1, channels, -1, -1))
                .addOutput(value("larger", -1, channels, -1, -1))
                .addInitializer(floats("copy.weight", new int[] {4 * channels, channels, 1, 1}, weights))
                .addNode(node("Conv", "copy", "copies", "image", "copy.weight"))
                .addNode(node("DepthToSpace", "shuffle", "larger", "copies")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("blocksize")
                                .setType(AttributeProto.AttributeType.INT)
                                .setI(2))
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("mode")
                                .setType(AttributeProto.AttributeType.STRING)
                                .setS(ByteString.copyFromUtf8("CRD"))))
                .build();
        return classifier(4).toBuilder().setGraph(graph).build();
    }

    /** A network whose picture is the one that it gets. */
    public static ModelProto sameSize(int channels) {
        float[] weights = new float[channels * channels];
        for (int channel = 0; channel < channels; channel++) {
            weights[channel * channels + channel] = 1;
        }
        GraphProto graph = GraphProto.newBuilder()
                .setName("same")
                .addInput(value("image", -1, channels, -1, -1))
                .addOutput(value("same", -1, channels, -1, -1))
                .addInitializer(floats("copy.weight", new int[] {channels, channels, 1, 1}, weights))
                .addNode(node("Conv", "copy", "same", "image", "copy.weight"))
                .build();
        return classifier(4).toBuilder().setGraph(graph).build();
    }

    /** A network of two layers, from a picture to one of its size, with noise for weights. */
    public static ModelProto filters() {
        var random = new SplittableRandom(9);
        GraphProto graph = GraphProto.newBuilder()
                .setName("filters")
                .addInput(value("image", -1, 3, -1, -1))
                .addOutput(value("filtered", -1, 3, -1, -1))
                .addInitializer(floats("first.weight", new int[] {64, 3, 3, 3}, noise(64 * 27, random)))
                .addInitializer(floats("second.weight", new int[] {3, 64, 3, 3}, noise(3 * 64 * 9, random)))
                .addNode(node("Conv", "first", "wide", "image", "first.weight")
                        .addAttribute(integers("pads", 1, 1, 1, 1)))
                .addNode(node("Sigmoid", "bend", "bent", "wide"))
                .addNode(node("Conv", "second", "sum", "bent", "second.weight")
                        .addAttribute(integers("pads", 1, 1, 1, 1)))
                .addNode(node("Sigmoid", "bound", "filtered", "sum"))
                .build();
        return classifier(4).toBuilder().setGraph(graph).build();
    }

    /** The same with {@code tensor} in place of the weights of the first convolution. */
    public static ModelProto withFirstWeights(ModelProto model, TensorProto tensor) {
        return model.toBuilder()
                .setGraph(model.getGraph().toBuilder().setInitializer(0, tensor))
                .build();
    }

    /** The same with weights that are said to be in a file. */
    public static ModelProto withExternalWeights(ModelProto model, String location) {
        TensorProto weights = model.getGraph().getInitializer(1);
        TensorProto external = weights.toBuilder()
                .clearRawData()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(location))
                .build();
        return model.toBuilder()
                .setGraph(model.getGraph().toBuilder().setInitializer(1, external))
                .build();
    }

    /** A model that only adds its input to itself. */
    public static ModelProto withoutWeights() {
        GraphProto graph = GraphProto.newBuilder()
                .setName("none")
                .addInput(value("x", 1, 4))
                .addOutput(value("y", 1, 4))
                .addNode(node("Add", "add", "y", "x", "x"))
                .build();
        return classifier(4).toBuilder().setGraph(graph).build();
    }

    /** Writes a model. */
    public static Path write(Path file, ModelProto model) throws IOException {
        return Files.write(file, model.toByteArray());
    }

    /** A tensor of floats, stored as raw bytes. */
    public static TensorProto floats(String name, int[] shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
        Arrays.stream(shape).forEach(tensor::addDims);
        return tensor.setRawData(ByteString.copyFrom(bytes)).build();
    }

    private static float[] noise(int n, SplittableRandom random) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian() / 5;
        }
        return values;
    }

    /** A node of a standard operator. */
    public static NodeProto.Builder node(String operator, String name, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(name)
                .addOutput(output)
                .addAllInput(List.of(inputs));
    }

    /** A list of integers. */
    public static AttributeProto integers(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    /** A float tensor; a size below 0 is left open, under the name N where it is the first. */
    public static ValueInfoProto value(String name, long... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long d : dimensions) {
            var dimension = TensorShapeProto.Dimension.newBuilder();
            String open = shape.getDimCount() == 0 ? "N" : name + shape.getDimCount();
            shape.addDim(d < 0 ? dimension.setDimParam(open) : dimension.setDimValue(d));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape)))
                .build();
    }
}
