package dev.signet.lab.speed;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.tensor.ElementType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A model of one node, to time a kernel with: batch 1, stride 1, output as large as the input, seeded noise.
 *
 * @param kernel what the kernel is called: conv3x3, conv1x1, fc
 * @param inputs input channels
 * @param outputs output channels
 * @param kernelSize side of the window; 0 for a fully-connected layer
 * @param side height and width of the image; 1 for a fully-connected layer
 */
public record KernelCase(String kernel, int inputs, int outputs, int kernelSize, int side) {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 15;

    // Channels of a bottleneck block's two ends, and the image's side there, as in ResNet-50.
    private static final int[][] BOTTLENECKS = {{256, 64, 56}, {512, 128, 28}, {1024, 256, 14}, {2048, 512, 7}};

    /** ResNet's convolutions (ResNet-18's 3x3 and ResNet-50's 1x1, both ways) and two fully-connected layers. */
    public static List<KernelCase> all() {
        List<KernelCase> cases = new ArrayList<>();
        for (int[] block : BOTTLENECKS) {
            cases.add(new KernelCase("conv3x3", block[1], block[1], 3, block[2]));
        }
        for (int[] block : BOTTLENECKS) {
            cases.add(new KernelCase("conv1x1", block[0], block[1], 1, block[2]));
            cases.add(new KernelCase("conv1x1", block[1], block[0], 1, block[2]));
        }
        cases.add(new KernelCase("fc", 2048, 1000, 0, 1));
        cases.add(new KernelCase("fc", 4096, 4096, 0, 1));
        return cases;
    }

    private boolean isConvolution() {
        return kernelSize > 0;
    }

    /** The shape for tables: {@code 256-64 at 56x56} for channels in and out and the image, {@code 2048x1000} for a product. */
    public String shape() {
        return isConvolution()
                ? String.format(Locale.ROOT, "%d-%d at %dx%d", inputs, outputs, side, side)
                : inputs + "x" + outputs;
    }

    /** The shape of the input. */
    public long[] inputShape() {
        return isConvolution() ? new long[] {1, inputs, side, side} : new long[] {1, inputs};
    }

    /** Noise for the input. */
    public float[] input() {
        return noise(inputs * side * side, 1);
    }

    /** The model with fp32 weights. */
    public OnnxModel floatModel() {
        int[] shape =
                isConvolution() ? new int[] {outputs, inputs, kernelSize, kernelSize} : new int[] {outputs, inputs};
        int weights = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        long[] outputShape = inputShape();
        outputShape[1] = outputs;
        GraphProto graph = GraphProto.newBuilder()
                .setName(kernel)
                .addInput(value("x", inputShape()))
                .addOutput(value("y", outputShape))
                .addInitializer(Tensors.floats("w", ElementType.FLOAT, shape, noise(weights, 2)))
                .addNode(node())
                .build();
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph)
                .build();
        return OnnxModel.of(model, Path.of(kernel + " " + shape()));
    }

    private NodeProto node() {
        NodeProto.Builder node = NodeProto.newBuilder()
                .addInput("x")
                .addInput("w")
                .addOutput("y")
                .setName(kernel);
        if (!isConvolution()) {
            return node.setOpType("Gemm")
                    .addAttribute(AttributeProto.newBuilder()
                            .setName("transB")
                            .setType(AttributeProto.AttributeType.INT)
                            .setI(1))
                    .build();
        }
        AttributeProto.Builder pads =
                AttributeProto.newBuilder().setName("pads").setType(AttributeProto.AttributeType.INTS);
        for (int i = 0; i < 4; i++) {
            pads.addInts(kernelSize / 2);
        }
        return node.setOpType("Conv").addAttribute(pads).build();
    }

    /** The model with weights of random signs, packed in {@code bits} bits, one group per filter, with offsets. */
    public OnnxModel packedModel(int bits) {
        OnnxModel model = floatModel();
        WeightTensor tensor = WeightScan.of(model).weights().getFirst();
        GroupLayout layout = new GroupLayout(
                tensor.view().filters(),
                tensor.view().inputs(),
                1,
                tensor.view().inputs());
        byte[] planes = new byte[MultiBitWeight.planeBytes(layout, bits)];
        new SplittableRandom(bits).nextBytes(planes);
        float[] coefficients = new float[layout.groups() * bits];
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] = 1f / (16 << i % bits);
        }
        float[] offsets = new float[layout.groups()];
        Arrays.fill(offsets, 1f / 64);
        MultiBitWeight weight =
                new MultiBitWeight(layout, bits, planes, coefficients, offsets, MultiBitWeight.CoefficientType.FLOAT16);
        return new ModelRewriter(model).rewrite(Map.of(tensor, weight), Format.PACKED);
    }

    private static float[] noise(int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    private static ValueInfoProto value(String name, long[] dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        }
        TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder()
                .setElemType(ElementType.FLOAT.number())
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}
