package dev.signet.quantize;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.quantize.sample.CalibrationSamples;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Networks of a few nodes, put together in tests, and samples for them. */
public final class SmallNetwork {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("small");
    private final SplittableRandom random;

    /** A network whose weights are noise of this seed. */
    public SmallNetwork(long seed) {
        random = new SplittableRandom(seed);
    }

    public SmallNetwork input(String name, long... shape) {
        graph.addInput(value(name, shape));
        return this;
    }

    public SmallNetwork output(String name, int elementType) {
        graph.addOutput(ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(elementType))));
        return this;
    }

    public SmallNetwork output(String name) {
        return output(name, 1);
    }

    public SmallNetwork noise(String name, int... shape) {
        int n = 1;
        for (int d : shape) {
            n *= d;
        }
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian() / 4;
        }
        return constant(name, values, shape);
    }

    public SmallNetwork constant(String name, float[] values, int... shape) {
        graph.addInitializer(Tensors.floats(name, ElementType.FLOAT, shape, values));
        return this;
    }

    public SmallNetwork node(String operator, String output, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return this;
    }

    public static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    public static AttributeProto integers(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long v : values) {
            attribute.addInts(v);
        }
        return attribute.build();
    }

    public ModelProto proto() {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build();
    }

    public OnnxModel model() {
        ModelProto proto = proto();
        return new OnnxModel(proto, Path.of("small.onnx"), proto.getSerializedSize());
    }

    public static List<WeightTensor> weights(OnnxModel model) {
        return WeightScan.of(model).weights();
    }

    /** Chunks of Gaussian noise with a mean of 0.3. */
    public static CalibrationSamples samples(int chunks, long seed, long... shape) {
        var random = new SplittableRandom(seed);
        List<Map<String, OnnxTensor>> all = new ArrayList<>();
        for (int chunk = 0; chunk < chunks; chunk++) {
            all.add(Map.of("x", tensor(random, shape)));
        }
        return new CalibrationSamples(all, false, "noise");
    }

    private static OnnxTensor tensor(SplittableRandom random, long... shape) {
        int n = 1;
        for (long d : shape) {
            n *= (int) d;
        }
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = 0.3f + (float) random.nextGaussian();
        }
        try {
            return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), FloatBuffer.wrap(values), shape);
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ValueInfoProto value(String name, long... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (long d : shape) {
            var dimension = TensorShapeProto.Dimension.newBuilder();
            dimensions.addDim(d < 0 ? dimension.setDimParam("N") : dimension.setDimValue(d));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(1).setShape(dimensions)))
                .build();
    }
}
