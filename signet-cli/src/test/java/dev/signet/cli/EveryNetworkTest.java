package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Kinds of networks that are quantized as any other: of every floating type, with outputs of every kind. */
class EveryNetworkTest {
    @TempDir
    Path folder;

    private CommandRun quantize(ModelProto model, String... options) throws IOException {
        Path source = TinyModels.write(folder.resolve("model.onnx"), model);
        List<Object> arguments = new ArrayList<>(
                List.of("quantize", source, "-o", folder.resolve("out.onnx"), "--bits", "4", "--json", "-"));
        arguments.addAll(List.of(options));
        return signet(arguments.toArray());
    }

    private static ModelProto withType(ElementType type) {
        ModelProto.Builder model = TinyModels.classifier(48).toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto tensor = graph.getInitializer(i);
            float[] values = new TensorReader(new OnnxModel(model.build(), Path.of("m"), 1)).floats(tensor);
            int[] shape = tensor.getDimsList().stream().mapToInt(Long::intValue).toArray();
            graph.setInitializer(i, Tensors.floats(tensor.getName(), type, shape, values));
        }
        graph.setInput(0, typed(graph.getInput(0), type)).setOutput(0, typed(graph.getOutput(0), type));
        return model.build();
    }

    private static ValueInfoProto typed(ValueInfoProto value, ElementType type) {
        ValueInfoProto.Builder changed = value.toBuilder();
        changed.getTypeBuilder().getTensorTypeBuilder().setElemType(type.number());
        return changed.build();
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"FLOAT16", "FLOAT"})
    void everyFloatingTypeIsQuantizedAndMeasured(ElementType type) throws IOException {
        CommandRun run = quantize(withType(type));
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.err()).doesNotContain("can not be looked at");
        assertThat(new ObjectMapper().readTree(run.out()).path("outputSnr").asDouble())
                .isBetween(10.0, 100.0);
    }

    @ParameterizedTest
    @CsvSource({"Cast,11", "Cast,9", "Cast,7", "ArgMax,7"})
    void outputsOfEveryTypeAreBesideTheScores(String operator, int type) throws IOException {
        ModelProto.Builder model = TinyModels.classifier(48).toBuilder();
        NodeProto.Builder node = TinyModels.node(operator, "other", "other", "scores");
        if (operator.equals("Cast")) {
            node.addAttribute(AttributeProto.newBuilder()
                    .setName("to")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(type));
        }
        ValueInfoProto.Builder other = ValueInfoProto.newBuilder().setName("other");
        other.getTypeBuilder().getTensorTypeBuilder().setElemType(type);
        GraphProto.Builder graph = model.getGraphBuilder();
        ValueInfoProto scores = graph.getOutput(0);
        graph.addNode(node).setOutput(0, other).addOutput(scores);
        CommandRun run = quantize(model.build());
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(new ObjectMapper().readTree(run.out()).path("outputSnr").asDouble())
                .isBetween(10.0, 100.0);
    }

    private static ModelProto withUnknownOperator() {
        ModelProto.Builder model = TinyModels.classifier(48).toBuilder();
        model.getGraphBuilder()
                .setNode(1, TinyModels.node("PluginRelu", "relu", "r", "c").setDomain("plugin"));
        model.addOpsetImportBuilder().setDomain("plugin").setVersion(1);
        return model.build();
    }

    @Test
    void whatOnnxRuntimeSaysOfTheSourceIsSaidOfTheSourceBeforeTheWork() throws IOException {
        CommandRun run = quantize(withUnknownOperator());
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err())
                .contains("the source itself", "PluginRelu", "--no-verify")
                .doesNotContain("quantizing");
        assertThat(folder.resolve("out.onnx")).doesNotExist();
    }

    @Test
    void withoutVerificationNoRuntimeIsNeeded() throws IOException {
        CommandRun run = quantize(withUnknownOperator(), "--no-verify");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(Files.size(folder.resolve("out.onnx"))).isLessThan(Files.size(folder.resolve("model.onnx")));
        var json = new ObjectMapper().readTree(run.out());
        assertThat(json.path("statistics").asText()).isEqualTo("none");
        assertThat(json.path("verification").path("kind").asText()).isEqualTo("none");
    }

    @Test
    void whatCanNotBeAMemorySizeIsWrongUsage() throws IOException {
        assertThat(quantize(TinyModels.classifier(48), "--memory", "1MB").exit())
                .isEqualTo(2);
    }
}
