package dev.signet.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.GroupLayout;
import dev.signet.core.Grouping;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import dev.signet.core.heatmap.EvenSolver;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.rewrite.PackedConversion;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.testkit.Browser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/web/signet.js} decodes every form of packed weights as Java does, in Node and in Chromium. */
class WebDecoderTest {
    private static final Path WEB = Path.of("..", "examples", "web");

    @TempDir
    Path folder;

    private record Run(int exit, String output) {}

    private static Run run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), output);
    }

    /** Aborts, and says so, where there is no Node. */
    private static Run node(Path... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("node", WEB.resolve("unpack.mjs").toString()));
        for (Path argument : arguments) {
            command.add(argument.toString());
        }
        try {
            return run(command);
        } catch (IOException e) {
            String said =
                    "examples/web was NOT tested in Node: there is no 'node' on the PATH. Install Node 18 or later.";
            System.err.println(said);
            return abort(said);
        }
    }

    /** Weights of all kinds: odd and even rows, a MatMul's, a ConvTranspose's with groups, fp16, double. */
    private static ModelProto source(int opset) {
        Random random = new Random(opset);
        ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);
        model.addOpsetImportBuilder().setVersion(opset);
        var graph = model.getGraphBuilder().setName("g");
        graph.addInputBuilder().setName("x");
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("conv", new int[] {6, 4, 3, 3});
        shapes.put("odd", new int[] {5, 7, 1, 1});
        shapes.put("up", new int[] {4, 3, 2, 2});
        shapes.put("product", new int[] {24, 10});
        for (ElementType type :
                List.of(ElementType.FLOAT, ElementType.FLOAT16, ElementType.DOUBLE, ElementType.BFLOAT16)) {
            shapes.forEach((name, shape) -> {
                int size = 1;
                for (int dimension : shape) {
                    size *= dimension;
                }
                float[] values = new float[size];
                for (int i = 0; i < size; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                String weight = name + type.text();
                graph.addInitializer(Tensors.floats(weight, type, shape, values));
                String operator = name.equals("product") ? "MatMul" : name.equals("up") ? "ConvTranspose" : "Conv";
                var node = Attributes.node(operator, List.of("x", weight), "y" + weight);
                graph.addNode(
                        name.equals("up")
                                ? node.toBuilder()
                                        .addAttribute(Attributes.integer("group", 2))
                                        .build()
                                : node);
                graph.addOutputBuilder().setName("y" + weight);
            });
        }
        return model.build();
    }

    private OnnxModel packed(int opset, int bits, String grouping, boolean offset) throws IOException {
        OnnxModel source = OnnxModel.of(source(opset), folder.resolve("source.onnx"));
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        Quantizer quantizer =
                Quantizer.refined(bits).grouping(Grouping.parse(grouping)).offset(offset);
        for (WeightTensor weight : WeightScan.of(source).weights()) {
            weights.put(weight, quantizer.quantize(weight.matrix()));
        }
        assertThat(weights).hasSize(16);
        return new ModelRewriter(source).rewrite(weights, Format.PACKED);
    }

    private static Map<String, TensorProto> weights(ModelProto model) {
        return model.getGraph().getInitializerList().stream()
                .collect(Collectors.toMap(TensorProto::getName, tensor -> tensor));
    }

    @Test
    void nodeDecodesEveryFormToTheBit() throws IOException, InterruptedException {
        int number = 0;
        for (int opset : new int[] {9, 17}) {
            for (String grouping : List.of("filter", "kernel", "block:8", "layer")) {
                for (int bits = 1 + number % 2; bits <= 8; bits += 2) {
                    OnnxModel packed = packed(opset, bits, grouping, number++ % 3 != 0);
                    Path file = folder.resolve("packed.onnx");
                    Path whole = folder.resolve("float.onnx");
                    Files.write(file, packed.proto().toByteArray());
                    Run run = node(file, whole);
                    assertThat(run.exit()).as(run.output()).isZero();
                    ModelProto decoded = ModelProto.parseFrom(Files.readAllBytes(whole));
                    ModelProto expected =
                            new PackedConversion(packed).to(Format.FLOAT).proto();
                    assertThat(weights(decoded)).isEqualTo(weights(expected));
                    assertThat(decoded.getGraph().getNodeList())
                            .isEqualTo(expected.getGraph().getNodeList());
                    assertThat(decoded.getFunctionsList()).isEmpty();
                    assertThat(decoded.getOpsetImportList()).isEqualTo(expected.getOpsetImportList());
                }
            }
        }
    }

    @Test
    void nodeDecodesDequantizeLinearToTheBit() throws IOException, InterruptedException {
        for (int opset : new int[] {13, 21, 25}) {
            for (int bits : new int[] {1, 2, 4, 8}) {
                OnnxModel source = OnnxModel.of(source(opset), folder.resolve("source.onnx"));
                Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
                for (WeightTensor weight : WeightScan.of(source).weights()) {
                    WeightMatrix matrix = weight.matrix();
                    float[] ones = new float[matrix.size()];
                    Arrays.fill(ones, 1);
                    int row = matrix.size() / matrix.filters();
                    GroupLayout layout = new GroupLayout(matrix.filters(), row, 1, row);
                    weights.put(weight, new EvenSolver(bits, opset > 13).solve(layout, matrix.values(), ones));
                }
                OnnxModel linear = new ModelRewriter(source).rewrite(weights, Format.DQ);
                Path file = folder.resolve("dq.onnx");
                Path whole = folder.resolve("float.onnx");
                Files.write(file, linear.proto().toByteArray());
                Run run = node(file, whole);
                assertThat(run.exit()).as(run.output()).isZero();
                Map<String, TensorProto> decoded = weights(ModelProto.parseFrom(Files.readAllBytes(whole)));
                Map<String, TensorProto> expected =
                        weights(new PackedConversion(linear).to(Format.FLOAT).proto());
                // Weights that are not fp32, or lie in another order, have further nodes after them.
                assertThat(decoded.keySet()).filteredOn(expected::containsKey).hasSizeGreaterThanOrEqualTo(3);
                decoded.forEach((name, tensor) -> {
                    if (expected.containsKey(name)) {
                        assertThat(tensor).isEqualTo(expected.get(name));
                    }
                });
            }
        }
    }

    @Test
    void dataBesideTheModelIsPulledIn() throws IOException, InterruptedException {
        OnnxModel packed = packed(17, 3, "filter", true);
        Path inside = folder.resolve("inside.onnx");
        Files.write(inside, packed.proto().toByteArray());
        // Every initializer of 8 bytes or more, from an odd place on.
        ModelProto.Builder model = packed.proto().toBuilder();
        var data = new ByteArrayOutputStream();
        data.write(7);
        for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            byte[] raw = tensor.getRawData().toByteArray();
            if (raw.length >= 8) {
                tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
                entry(tensor, "location", "weights.data");
                entry(tensor, "offset", Integer.toString(data.size()));
                entry(tensor, "length", Integer.toString(raw.length));
                data.write(raw);
            }
        }
        Path beside = folder.resolve("beside.onnx");
        Files.write(beside, model.build().toByteArray());
        Path whole = folder.resolve("whole.onnx");
        assertThat(node(beside, whole).output()).contains("weights.data");
        Files.write(folder.resolve("weights.data"), data.toByteArray());
        assertThat(node(beside, whole).exit()).isZero();
        Path expected = folder.resolve("expected.onnx");
        assertThat(node(inside, expected).exit()).isZero();
        assertThat(weights(ModelProto.parseFrom(Files.readAllBytes(whole))))
                .isEqualTo(weights(ModelProto.parseFrom(Files.readAllBytes(expected))));
    }

    private static void entry(TensorProto.Builder tensor, String key, String value) {
        tensor.addExternalDataBuilder().setKey(key).setValue(value);
    }

    @Test
    void damagedFilesAreErrors() throws IOException, InterruptedException {
        Path file = folder.resolve("damaged.onnx");
        Path whole = folder.resolve("float.onnx");
        byte[] bytes = packed(17, 3, "filter", true).proto().toByteArray();
        for (int size : new int[] {bytes.length / 2, bytes.length - 1, 100}) {
            Files.write(file, Arrays.copyOf(bytes, size));
            Run run = node(file, whole);
            assertThat(run.exit()).isNotZero();
            assertThat(run.output()).contains("signet:");
            assertThat(whole).doesNotExist();
        }
        Files.write(file, source(17).toByteArray());
        assertThat(node(file, whole).output()).contains("has no packed weights");
    }

    @Test
    void chromiumDecodesToTheBit() throws IOException {
        String missing = Browser.missing();
        if (missing != null) {
            System.err.println(missing);
            abort(missing);
        }
        byte[] module = Files.readAllBytes(WEB.resolve("signet.js"));
        try (Browser browser = Browser.start(folder.resolve("profile"))) {
            browser.open(WEB.resolve("index.html").toAbsolutePath().normalize(), 800, 600, false);
            for (int bits : new int[] {2, 3}) {
                OnnxModel packed = packed(17, bits, "filter", true);
                Object decoded = browser.run(
                        """
                        const { unpackModel } = await import('data:text/javascript;base64,%s');
                        const whole = unpackModel(Uint8Array.from(atob('%s'), c => c.charCodeAt(0)));
                        let text = '';
                        whole.forEach(byte => text += String.fromCharCode(byte));
                        return btoa(text);\
                        """.formatted(base64(module), base64(packed.proto().toByteArray())));
                ModelProto model = ModelProto.parseFrom(Base64.getDecoder().decode(String.valueOf(decoded)));
                assertThat(weights(model))
                        .isEqualTo(weights(
                                new PackedConversion(packed).to(Format.FLOAT).proto()));
            }
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
