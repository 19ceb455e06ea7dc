package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.testkit.OnnxRuntime;
import dev.signet.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvertCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");
    private Path packed = Path.of("");
    private Path target = Path.of("");

    @BeforeEach
    void quantize() throws IOException {
        model = TinyModels.write(folder.resolve("tiny.onnx"), TinyModels.classifier(32));
        packed = folder.resolve("packed.onnx");
        target = folder.resolve("target.onnx");
    }

    private void quantize(Object... options) {
        Object[] all = new Object[options.length + 4];
        System.arraycopy(new Object[] {"quantize", model, "-q", "--force"}, 0, all, 0, 4);
        System.arraycopy(options, 0, all, 4, options.length);
        CommandRun run = signet(all);
        assertThat(run.exit()).as(run.err()).isZero();
    }

    private static ModelProto read(Path file) throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(file));
    }

    private static Map<String, TensorProto> initializers(Path file) throws IOException {
        return read(file).getGraph().getInitializerList().stream()
                .collect(Collectors.toMap(TensorProto::getName, tensor -> tensor));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8})
    void floatsAreThoseThatQuantizeWouldHaveWritten(int bits) throws IOException {
        quantize("--bits", bits, "--method", "alternating", "--no-correct", "-o", packed);
        Path floats = folder.resolve("floats.onnx");
        quantize("--bits", bits, "--method", "alternating", "--no-correct", "--format", "float", "-o", floats);

        CommandRun run = signet("convert", packed, "--to", "float", "-o", target);

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(initializers(target)).isEqualTo(initializers(floats));
        assertThat(read(target).getFunctionsList()).isEmpty();
        assertThat(read(target).getOpsetImportList())
                .noneMatch(opset -> opset.getDomain().startsWith("dev."));
        assertThat(OnnxRuntime.run(target, 8)).isEqualTo(OnnxRuntime.run(packed, 8));
    }

    @ParameterizedTest
    @CsvSource({"inline,filter", "inline,kernel", "inline,block:32", "inline,layer", "packed,filter", "packed,layer"})
    void otherFormsComputeTheSame(String form, String group) throws IOException {
        quantize("--bits", 3, "--method", "greedy", "--group", group, "-o", packed);

        CommandRun run = signet("convert", packed, "--to", form, "-o", target, "--json", "-");

        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(run.out());
        // Which layers pay for their levels depends on the grouping.
        assertThat(json.get("weights").asLong())
                .isEqualTo(read(packed).getGraph().getNodeList().stream()
                        .filter(node -> node.getDomain().equals("dev.signet"))
                        .count())
                .isPositive();
        assertThat(json.get("verified").asText()).isEqualTo("IDENTICAL");
        assertThat(json.get("bytesAfter").asLong()).isEqualTo(Files.size(target));
        assertThat(OnnxRuntime.run(target, 8)).isEqualTo(OnnxRuntime.run(packed, 8));
        assertThat(read(target).getFunctionsCount() > 0).isEqualTo(form.equals("packed"));
        if (form.equals("packed")) {
            assertThat(signet("convert", target, "--to", "float", "-o", folder.resolve("f.onnx"))
                            .exit())
                    .isZero();
        }
    }

    @Test
    void whatHasNoPackedWeightsIsSaid() {
        CommandRun run = signet("convert", model, "--to", "float", "-o", target);
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("tiny.onnx", "has no packed weights", "--format packed");
        assertThat(target).doesNotExist();
    }

    @Test
    void otherFormatsAreWrongUsage() {
        quantize("--bits", 3, "--method", "greedy", "-o", packed);
        CommandRun run = signet("convert", packed, "--to", "pytorch", "-o", target);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--to", "is not a format", "dq");
    }

    @Test
    void levelsThatAreNotEvenlySpacedCanNotBeDequantizedLinearly() {
        quantize("--bits", 3, "--method", "greedy", "-o", packed);
        CommandRun run = signet("convert", packed, "--to", "dq", "-o", target);
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("packed.onnx", "tensor '", "evenly spaced", "--format dq");
        assertThat(target).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"1,filter", "2,filter", "3,kernel", "4,filter", "4,block:8", "5,layer", "8,filter"})
    void dequantizeLinearGoesToEveryFormAndBack(int bits, String group) throws IOException {
        quantize("--bits", bits, "--group", group, "--format", "dq", "-o", packed);
        assertThat(read(packed).getGraph().getNodeList())
                .anyMatch(node -> node.getOpType().equals("DequantizeLinear"));
        float[] outputs = OnnxRuntime.run(packed, 8);
        for (String form : List.of("float", "inline", "packed")) {
            CommandRun run = signet("convert", packed, "--to", form, "-o", target, "--force");
            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(OnnxRuntime.run(target, 8))
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(outputs);
        }
        Path again = folder.resolve("again.onnx");
        CommandRun run = signet("convert", target, "--to", "dq", "-o", again);
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(Files.size(again)).isEqualTo(Files.size(packed));
        assertThat(OnnxRuntime.run(again, 8)).isEqualTo(outputs);
    }

    @Test
    void aFileOfFloatsIsCalledThat() {
        quantize("--bits", 3, "--method", "greedy", "--format", "float", "-o", packed);
        CommandRun run = signet("convert", packed, "--to", "packed", "-o", target);
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("packed.onnx", "written as floats");
    }

    @Test
    void neitherInputNorOthersFilesAreWrittenOver() throws IOException {
        quantize("--bits", 3, "--method", "greedy", "-o", packed);
        byte[] before = Files.readAllBytes(packed);
        assertThat(signet("convert", packed, "--to", "float", "-o", packed, "--force")
                        .exit())
                .isEqualTo(3);
        Files.writeString(target, "mine");
        assertThat(signet("convert", packed, "--to", "float", "-o", target).exit())
                .isEqualTo(2);
        assertThat(target).hasContent("mine");
        assertThat(packed).hasBinaryContent(before);
    }
}
