package dev.signet.quantize.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.scan.FilterView;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.quantize.walk.NodeSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights times gathered inputs must be what ONNX Runtime's own convolution gives, whatever its geometry. */
class WindowTest {
    /** A convolution: operator, input [N, C, ...], filters, kernel and attributes. */
    record Case(
            String operator,
            int[] input,
            int filters,
            int group,
            int[] kernel,
            Map<String, int[]> attributes,
            String autoPad) {
        @Override
        public String toString() {
            return operator + Arrays.toString(input) + " k" + Arrays.toString(kernel) + " g" + group + autoPad
                    + attributes.keySet();
        }
    }

    private static int[] of(int... values) {
        return values;
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("Conv", of(2, 3, 7, 9), 4, 1, of(3, 3), Map.of("pads", of(1, 1, 1, 1)), ""),
                new Case(
                        "Conv",
                        of(1, 4, 8, 8),
                        6,
                        2,
                        of(3, 3),
                        Map.of("strides", of(2, 2), "pads", of(0, 1, 1, 0)),
                        ""),
                new Case("Conv", of(2, 5, 6, 7), 5, 5, of(3, 2), Map.of("dilations", of(2, 1)), ""),
                new Case("Conv", of(1, 2, 9, 9), 3, 1, of(3, 3), Map.of("strides", of(2, 3)), "SAME_UPPER"),
                new Case("Conv", of(1, 2, 8, 9), 3, 1, of(2, 4), Map.of("strides", of(1, 2)), "SAME_LOWER"),
                new Case("Conv", of(1, 2, 5, 5), 3, 1, of(3, 3), Map.of(), "VALID"),
                new Case("Conv", of(2, 3, 11), 4, 1, of(4), Map.of("strides", of(3), "pads", of(2, 1)), ""),
                new Case("Conv", of(1, 2, 4, 5, 6), 3, 1, of(2, 3, 3), Map.of("pads", of(1, 0, 1, 0, 1, 1)), ""),
                new Case("Conv", of(1, 3, 4, 4), 5, 1, of(1, 1), Map.of(), ""),
                new Case(
                        "ConvTranspose",
                        of(1, 4, 5, 6),
                        6,
                        2,
                        of(3, 3),
                        Map.of("strides", of(2, 2), "pads", of(1, 1, 1, 1)),
                        ""),
                new Case(
                        "ConvTranspose",
                        of(2, 3, 4, 4),
                        2,
                        1,
                        of(4, 3),
                        Map.of("strides", of(2, 1), "dilations", of(1, 2)),
                        ""),
                new Case(
                        "ConvTranspose",
                        of(1, 2, 4, 5),
                        3,
                        1,
                        of(3, 3),
                        Map.of("strides", of(2, 2), "output_padding", of(1, 1), "pads", of(1, 0, 0, 1)),
                        ""),
                new Case(
                        "ConvTranspose",
                        of(1, 2, 5, 5),
                        3,
                        1,
                        of(3, 3),
                        Map.of("strides", of(2, 2), "output_shape", of(10, 9)),
                        ""),
                new Case("ConvTranspose", of(1, 2, 5, 4), 3, 1, of(3, 3), Map.of("strides", of(2, 2)), "SAME_UPPER"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gatheredInputsTimesWeightsAreTheConvolution(Case c, @TempDir Path folder) throws OrtException, IOException {
        var random = new SplittableRandom(5);
        boolean transposed = c.operator.equals("ConvTranspose");
        int channels = c.input[1];
        int taps = Window.product(c.kernel);
        int d = channels / c.group * taps;
        // Matrix order: [filters, channels of the group, taps].
        float[] matrix = noise(c.filters * d, random);
        int[] shape = new int[2 + c.kernel.length];
        System.arraycopy(c.kernel, 0, shape, 2, c.kernel.length);
        shape[0] = transposed ? channels : c.filters;
        shape[1] = (transposed ? c.filters : channels) / c.group;
        float[] stored = matrix.clone();
        if (transposed) {
            int perGroup = c.filters / c.group;
            int channelsPerGroup = channels / c.group;
            for (int f = 0; f < c.filters; f++) {
                for (int i = 0; i < channelsPerGroup; i++) {
                    int channel = f / perGroup * channelsPerGroup + i;
                    for (int t = 0; t < taps; t++) {
                        stored[(channel * perGroup + f % perGroup) * taps + t] =
                                matrix[(f * channelsPerGroup + i) * taps + t];
                    }
                }
            }
        }
        float[] input = noise(Arrays.stream(c.input).reduce(1, (a, b) -> a * b), random);
        NodeProto node = node(c);
        TensorProto weights = Tensors.floats("w", ElementType.FLOAT, shape, stored);
        FilterView view = scanned(node, weights, folder.resolve("model.onnx"));
        assertThat(view.matrix(stored).values()).containsExactly(matrix);
        long[] in = Arrays.stream(c.input).asLongStream().toArray();
        try (OnnxTensor x = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), FloatBuffer.wrap(input), in);
                NodeSession session = NodeSession.open(
                        opset(), List.of(node), Map.of("w", weights), Map.of("x", x), List.of("y"), "test", 1);
                OnnxTensor y = session.run(Map.of("x", x)).getFirst()) {
            Window window = Windows.of(node, view.shape(), in, y.getInfo().getShape());
            float[] expected = y.getFloatBuffer().array();
            var samples = new ConvolutionSamples(window, c.filters, c.input[0], input, expected);
            assertThat(window.rowLength()).isEqualTo(d);
            assertManyLinesAreSingleOnes(samples, d, c);
            assertMeansAreThoseOfAllColumns(samples, d, c);
            float[] row = new float[samples.line()];
            float[] output = new float[samples.line()];
            for (int f = 0; f < c.filters; f++) {
                int group = f / (c.filters / c.group);
                for (int line = 0; line < samples.lines(); line++) {
                    float[] sum = new float[samples.line()];
                    for (int i = 0; i < d; i++) {
                        samples.input(group, i, new Window.Lines(line, 1, 1), row, 0);
                        for (int p = 0; p < sum.length; p++) {
                            sum[p] += matrix[f * d + i] * row[p];
                        }
                    }
                    samples.output(group, f % (c.filters / c.group), new Window.Lines(line, 1, 1), output, 0);
                    for (int p = 0; p < sum.length; p++) {
                        assertThat(sum[p]).isCloseTo(output[p], within(1e-4f));
                    }
                }
            }
        }
    }

    /** How the scan of a model with this node sees the weights. */
    private static FilterView scanned(NodeProto node, TensorProto weights, Path file) throws IOException {
        ModelProto model = opset().toBuilder()
                .setGraph(GraphProto.newBuilder()
                        .addInput(ValueInfoProto.newBuilder().setName("x"))
                        .addNode(node)
                        .addInitializer(weights)
                        .addOutput(ValueInfoProto.newBuilder().setName("y")))
                .build();
        Files.write(file, model.toByteArray());
        return WeightScan.of(ModelFile.read(file)).weights().getFirst().view();
    }

    private static void assertManyLinesAreSingleOnes(ConvolutionSamples samples, int d, Case c) {
        int step = 3;
        int count = Math.ceilDiv(samples.lines() - 1, step);
        float[] together = new float[count * samples.line()];
        float[] one = new float[samples.line()];
        for (int group = 0; group < c.group; group++) {
            for (int i = 0; i < d + c.filters / c.group; i++) {
                read(samples, group, i, d, new Window.Lines(1, step, count), together);
                for (int line = 0; line < count; line++) {
                    read(samples, group, i, d, new Window.Lines(1 + line * step, 1, 1), one);
                    int from = line * one.length;
                    assertThat(Arrays.copyOfRange(together, from, from + one.length))
                            .containsExactly(one);
                }
            }
        }
    }

    private static void assertMeansAreThoseOfAllColumns(ConvolutionSamples samples, int d, Case c) {
        int lines = samples.lines() / samples.samples();
        float[] columns = new float[lines * samples.line()];
        float[] means = new float[d + c.filters / c.group];
        for (int group = 0; group < c.group; group++) {
            for (int sample = 0; sample < samples.samples(); sample++) {
                samples.means(group, sample, means);
                for (int i = 0; i < means.length; i++) {
                    read(samples, group, i, d, new Window.Lines(sample * lines, 1, lines), columns);
                    double sum = 0;
                    for (float value : columns) {
                        sum += value;
                    }
                    assertThat(means[i]).isCloseTo((float) (sum / columns.length), within(1e-5f));
                }
            }
        }
    }

    private static void read(ConvolutionSamples samples, int group, int row, int d, Window.Lines lines, float[] into) {
        if (row < d) {
            samples.input(group, row, lines, into, 0);
        } else {
            samples.output(group, row - d, lines, into, 0);
        }
    }

    private static NodeProto node(Case c) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(c.operator)
                .addInput("x")
                .addInput("w")
                .addOutput("y");
        Map<String, int[]> attributes = new LinkedHashMap<>(c.attributes);
        attributes.put("kernel_shape", c.kernel);
        attributes.forEach((name, values) -> {
            AttributeProto.Builder attribute =
                    AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
            Arrays.stream(values).forEach(attribute::addInts);
            node.addAttribute(attribute);
        });
        node.addAttribute(AttributeProto.newBuilder()
                .setName("group")
                .setType(AttributeProto.AttributeType.INT)
                .setI(c.group));
        if (!c.autoPad.isEmpty()) {
            node.addAttribute(AttributeProto.newBuilder()
                    .setName("auto_pad")
                    .setType(AttributeProto.AttributeType.STRING)
                    .setS(ByteString.copyFromUtf8(c.autoPad)));
        }
        return node.build();
    }

    static ModelProto opset() {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .build();
    }

    private static float[] noise(int n, SplittableRandom random) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
