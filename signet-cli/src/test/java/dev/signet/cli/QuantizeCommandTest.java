package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.quantize.array.NpyArray;
import dev.signet.quantize.array.NpzFile;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.testkit.OnnxRuntime;
import dev.signet.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizeCommandTest {
    @TempDir
    Path folder;

    private Path model;
    private Path target;

    @BeforeEach
    void writeModel() throws IOException {
        model = TinyModels.write(folder.resolve("tiny.onnx"), TinyModels.classifier(32));
        target = folder.resolve("out.onnx");
    }

    @ParameterizedTest
    @CsvSource({"packed,2", "packed,8", "inline,3", "float,4", "dq,2", "dq,4", "dq,8"})
    void writesAFileThatOnnxRuntimeRuns(String format, int bits) throws IOException {
        CommandRun run = signet("quantize", model, "-o", target, "--bits", bits, "--format", format);
        assertThat(run.err()).doesNotContain("can not be looked at");
        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("conv.weight", "deep.weight", "the same outputs");
        if (!format.equals("float")) {
            assertThat(Files.size(target)).isLessThan(Files.size(model));
        }
        try (OnnxRuntimeModel opened = OnnxRuntimeModel.open(target, 1)) {
            assertThat(opened.run(new float[192], 1, 3, 8, 8).values()).hasSize(TinyModels.CLASSES);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"greedy", "refined", "alternating", "output-aware"})
    void everyMethodWorksInEveryGroupingWithAndWithoutOffset(String method) throws IOException {
        for (String group : new String[] {"filter", "kernel", "block:32", "layer"}) {
            for (String offset : new String[] {"--offset", "--no-offset"}) {
                CommandRun run = signet(
                        "quantize", model, "-o", target, "--method", method, "--group", group, offset, "--force");
                assertThat(run.exit()).as(run.err()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"attention", "attention:shared"})
    void attentionTrainsAHeatMapThatTheFileSaysItWasMadeWith(String importance) throws IOException {
        Path other = folder.resolve("other.onnx");
        CommandRun run = signet("quantize", model, "-o", target, "--importance", importance, "--threads", 1);
        assertThat(run.exit()).as(run.err()).isZero();
        signet("quantize", model, "-o", other, "--importance", importance, "--threads", 2);
        assertThat(Files.readAllBytes(other)).isEqualTo(Files.readAllBytes(target));
        Path uniform = folder.resolve("uniform.onnx");
        signet("quantize", model, "-o", uniform, "--importance", "uniform");
        assertThat(graph(uniform)).isNotEqualTo(graph(target));
        assertThat(ModelProto.parseFrom(Files.readAllBytes(target)).getMetadataPropsList())
                .anyMatch(entry -> entry.getValue().contains("--method alternating --importance " + importance + " "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"attention", "l1", "activation", "uniform"})
    void aHeatMapThatWasSavedGivesTheSameModelAgain(String importance) throws IOException {
        Path heatMaps = folder.resolve("maps.npz");
        Path again = folder.resolve("again.onnx");
        signet("quantize", model, "--bits", 3, "-o", target, "--importance", importance, "--save-importance", heatMaps);
        Map<String, NpyArray> arrays = NpzFile.read(heatMaps);
        assertThat(arrays.keySet()).containsExactly("conv.weight", "deep.weight", "fc.weight");
        assertThat(arrays)
                .hasEntrySatisfying(
                        "deep.weight", array -> assertThat(array.shape()).containsExactly(32, 32, 3, 3));

        CommandRun run = signet("quantize", model, "--bits", 3, "-o", again, "--importance", heatMaps);

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(graph(again)).isEqualTo(graph(target));
    }

    @Test
    void heatMapsAreSavedAsModelsAre() throws IOException {
        Path heatMaps = Files.writeString(folder.resolve("maps.npz"), "mine");
        Object[] arguments = {
            "quantize", model, "-o", target, "--importance", "l1", "--save-importance", heatMaps, "--quiet"
        };
        assertThat(signet(arguments).exit()).isEqualTo(2);
        assertThat(heatMaps).hasContent("mine");
        assertThat(target).doesNotExist();
        assertThat(signet("quantize", model, "-o", target, "--save-importance", folder.resolve("new.npz"))
                        .exit())
                .as("the output-aware method has none")
                .isEqualTo(2);
        Object[] forced = Arrays.copyOf(arguments, arguments.length + 1);
        forced[arguments.length] = "--force";
        assertThat(signet(forced).exit()).isZero();
        assertThat(NpzFile.read(heatMaps)).hasSize(3);
    }

    private static Object graph(Path file) throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph();
    }

    @Test
    void theSameInputGivesTheSameBytesWhateverTheThreads() throws IOException {
        Path other = folder.resolve("other.onnx");
        assertThat(signet("quantize", model, "-o", target, "--threads", 1).exit())
                .isZero();
        assertThat(signet("quantize", model, "-o", other, "--threads", 2).exit())
                .isZero();
        assertThat(Files.readAllBytes(other)).isEqualTo(Files.readAllBytes(target));
    }

    @Test
    void jsonTellsEverything() throws IOException {
        CommandRun run =
                signet("quantize", model, "-o", target, "--bits", "deep*=4,*=2", "--json", "-", "--exclude", "fc*");
        assertThat(run.exit()).isZero();
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.get("bytesBefore").asLong()).isEqualTo(Files.size(model));
        assertThat(json.get("bytesAfter").asLong()).isEqualTo(Files.size(target));
        JsonNode tensors = json.get("tensors");
        assertThat(tensors).hasSize(3);
        assertThat(tensors.get(0).get("bits").asInt()).isEqualTo(2);
        assertThat(tensors.get(1).get("bits").asInt()).isEqualTo(4);
        assertThat(tensors.get(1).get("weightError").asDouble()).isBetween(0.001, 0.05);
        assertThat(tensors.get(1).get("outputSnr").asDouble()).isBetween(3.0, 60.0);
        assertThat(tensors.get(2).get("bits").isNull()).isTrue();
        assertThat(tensors.get(2).get("kept").asText()).isEqualTo("excluded");
    }

    @Test
    void moreBitsLessError() throws IOException {
        double before = Double.POSITIVE_INFINITY;
        for (int bits = 1; bits <= 6; bits++) {
            CommandRun run = signet("quantize", model, "-o", target, "--bits", bits, "--json", "-", "--force");
            assertThat(run.exit()).as(run.err()).isZero();
            double error = new ObjectMapper()
                    .readTree(run.out())
                    .at("/tensors/1/weightError")
                    .asDouble();
            assertThat(error).isLessThan(before);
            before = error;
        }
    }

    @Test
    void writesAReport() throws IOException {
        Path report = folder.resolve("report.html");
        assertThat(signet("quantize", model, "-o", target, "--report", report).exit())
                .isZero();
        assertThat(Files.readString(report)).contains("deep.weight", "echarts.init");
    }

    @Test
    void takesAHeatMapFromAFile() throws IOException {
        Path heat = folder.resolve("heat.npz");
        float[] ones = new float[32 * 32 * 9];
        Arrays.fill(ones, 1);
        float[] ends = ones.clone();
        Arrays.fill(ends, 0, ends.length / 2, 100);
        String[] only = {"--exclude", "conv*", "--exclude", "fc*", "--no-correct", "--force"};
        NpzFile.write(heat, Map.of("deep.weight", new NpyArray(new int[] {32, 32, 3, 3}, ones)));
        byte[] uniform = quantized(with(only, "--importance", "uniform"));
        assertThat(quantized(with(only, "--importance", heat.toString()))).isNotEmpty();
        byte[] same = weights(quantized(with(only, "--importance", heat.toString())));
        assertThat(same).isEqualTo(weights(uniform));
        // Filters are independent: an importance that is constant in each filter changes nothing either, so it varies.
        for (int i = 0; i < ends.length; i++) {
            ends[i] = i % 5 + 1;
        }
        NpzFile.write(heat, Map.of("deep.weight", new NpyArray(new int[] {32, 32, 3, 3}, ends)));
        assertThat(weights(quantized(with(only, "--importance", heat.toString()))))
                .isNotEqualTo(weights(uniform));
        NpzFile.write(heat, Map.of("other", new NpyArray(new int[] {1}, new float[] {1})));
        CommandRun missing = signet("quantize", model, "-o", target, "--importance", heat, "--force");
        assertThat(missing.exit()).isEqualTo(3);
        assertThat(missing.err()).contains("heat.npz", "conv.weight");
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
    }

    private byte[] quantized(String... arguments) throws IOException {
        CommandRun run = signet(
                (Object[]) with(new String[] {"quantize", model.toString(), "-o", target.toString()}, arguments));
        assertThat(run.exit()).as(run.err()).isZero();
        return Files.readAllBytes(target);
    }

    /** The initializers, without the provenance that names the options. */
    private static byte[] weights(byte[] model) throws IOException {
        return ModelProto.parseFrom(model).getGraph().toByteArray();
    }

    @Test
    void anUnknownPatternIsWarnedOfWithTheClosestName() {
        CommandRun run = signet("quantize", model, "-o", target, "--bits", "deep.wieght=4,*=2");
        assertThat(run.exit()).isZero();
        assertThat(run.err()).contains("no layer matches 'deep.wieght'", "deep.weight");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--bits 0",
                "--bits 99",
                "--bits conv=0",
                "--bits three",
                "--method best",
                "--group block:0",
                "--group row",
                "--format zip",
                "--importance heat",
                "--importance attention:both",
                "--importance l1:0",
                "--threads 0",
                "--samples -1",
                "--input-shape image",
                "--nonsense",
            })
    void wrongUsageIsExitCode2(String arguments) {
        Object[] all = Stream.concat(Stream.of("quantize", model, "-o", target), Arrays.stream(arguments.split(" ")))
                .toArray();
        CommandRun run = signet(all);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).startsWith("signet: ").doesNotContain("\tat ");
        assertThat(target).doesNotExist();
    }

    @Test
    void anExistingTargetNeedsForceAndTheInputIsNeverTouched() throws IOException {
        Files.writeString(target, "precious");
        byte[] source = Files.readAllBytes(model);
        assertThat(signet("quantize", model, "-o", target).exit()).isEqualTo(2);
        assertThat(Files.readString(target)).isEqualTo("precious");
        assertThat(signet("quantize", model, "-o", model, "--force").exit()).isEqualTo(3);
        assertThat(Files.readAllBytes(model)).isEqualTo(source);
        assertThat(signet("quantize", model, "-o", target, "--force").exit()).isZero();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void aModelThatWouldNotShrinkIsExitCode1() throws IOException {
        // A kilobyte of weights saves less than the function and its nodes take.
        Path small = TinyModels.write(folder.resolve("small.onnx"), TinyModels.classifier(6));
        CommandRun run = signet("quantize", small, "-o", target, "-q");
        assertThat(run.exit()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains("not less than");
        assertThat(target).doesNotExist();
    }

    @Test
    void aModelWithTinyWeightsOnlyIsExitCode3() throws IOException {
        Path tiny = TinyModels.write(folder.resolve("tiny.onnx"), TinyModels.classifier(1));
        CommandRun run = signet("quantize", tiny, "-o", target);
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("there is no weight to quantize", "too small");
        assertThat(target).doesNotExist();
    }

    @Test
    void badInputIsExitCode3AndOneLineThatNamesTheFile() throws IOException {
        byte[] whole = Files.readAllBytes(model);
        Path truncated = Files.write(folder.resolve("truncated.onnx"), Arrays.copyOf(whole, whole.length / 2));
        Path noise = Files.write(folder.resolve("noise.onnx"), new byte[] {(byte) 0xff, 1, (byte) 0xfe, 2, 3});
        Path text = Files.writeString(folder.resolve("text.onnx"), "This is no model.\n");
        Path empty = Files.write(folder.resolve("empty.onnx"), new byte[0]);
        Path directory = Files.createDirectory(folder.resolve("directory.onnx"));
        Path missing = folder.resolve("missing.onnx");
        Path none = TinyModels.write(folder.resolve("none.onnx"), TinyModels.withoutWeights());
        Path external = TinyModels.write(
                folder.resolve("external.onnx"),
                TinyModels.withExternalWeights(TinyModels.classifier(32), "weights.bin"));
        Path escaping = TinyModels.write(
                folder.resolve("escaping.onnx"),
                TinyModels.withExternalWeights(TinyModels.classifier(32), "../weights.bin"));
        for (Path bad : new Path[] {truncated, noise, text, empty, directory, missing, none, external, escaping}) {
            for (String command : new String[] {"quantize", "inspect"}) {
                if (command.equals("inspect") && bad.equals(none)) {
                    continue;
                }
                CommandRun run = command.equals("quantize") ? signet(command, bad, "-o", target) : signet(command, bad);
                assertThat(run.exit()).as("%s %s: %s", command, bad, run.err()).isEqualTo(3);
                assertThat(run.err().strip().lines()).as(run.err()).hasSize(1);
                assertThat(run.err()).startsWith("signet: ").contains(String.valueOf(bad.getFileName()));
            }
            assertThat(target).doesNotExist();
        }
        assertThat(signet("quantize", external, "-o", target).err()).contains("weights.bin");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void aTensorWithNaNIsKeptAndSaid() throws IOException {
        float[] values = new float[32 * 27];
        values[5] = Float.NaN;
        Path nan = TinyModels.write(
                folder.resolve("nan.onnx"),
                TinyModels.withFirstWeights(
                        TinyModels.classifier(32),
                        Tensors.floats("conv.weight", ElementType.FLOAT, new int[] {32, 3, 3, 3}, values)));
        CommandRun run = signet("quantize", nan, "-o", target);
        assertThat(run.out()).containsPattern("conv.weight.*kept: .*(NaN|finite)");
        assertThat(run.exit()).isZero();
    }

    @Test
    void anUnwritableTargetIsOneLine() {
        for (String bad : new String[] {
            "/proc/out.onnx", folder + "/no/such/folder/out.onnx", folder.toString(), model + "/x.onnx"
        }) {
            CommandRun run = signet("quantize", model, "-o", bad);
            assertThat(run.exit()).as(bad + run.err()).isEqualTo(3);
            assertThat(run.err().strip().lines()).hasSize(1);
        }
    }

    @Test
    void aFullDiskIsOneLineAndLeavesNothing() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        // A process that may write no file of more than 8 kB stands for a disk that is full.
        CommandRun run = CommandRun.inProcess("ulimit -f 8", "quantize", model, "-o", small.resolve("out.onnx"), "-q");
        assertThat(run.exit()).as(run.err()).isEqualTo(3);
        assertThat(run.err().lines()).singleElement().asString().contains("out.onnx", "space");
        try (Stream<Path> files = Files.list(small)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aCommandLineMayBeLong() throws Exception {
        // ONNX Runtime 1.29 ends a process whose command line has more than about 4,000 characters, as a list of files
        // has.
        String setUp = "set -- \"$1\" -Dlong=" + "x".repeat(60_000) + " \"${@:2}\"";
        CommandRun run = CommandRun.inProcess(setUp, "quantize", model, "-o", folder.resolve("long.onnx"), "-q");
        assertThat(run.exit()).as(run.err()).isZero();
    }

    @Test
    void severalModelsAreALineEachAndTheExitCodeOfTheWorst() throws IOException {
        Path other = TinyModels.write(folder.resolve("other.onnx"), TinyModels.classifier(16));
        Path broken = Files.writeString(folder.resolve("broken.onnx"), "no model");
        Path out = folder.resolve("deep/er");
        CommandRun run = signet("quantize", model, broken, other, "--out-dir", out, "--bits", 2, "--quiet");
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out().lines()).hasSize(2);
        assertThat(run.out())
                .contains(
                        out.resolve("tiny.onnx").toString(),
                        out.resolve("other.onnx").toString());
        assertThat(run.err().lines()).singleElement().asString().contains("broken.onnx");
        assertThat(out.resolve("broken.onnx")).doesNotExist();
        Path alone = folder.resolve("alone.onnx");
        signet("quantize", other, "-o", alone, "--bits", 2);
        assertThat(out.resolve("other.onnx")).hasSameBinaryContentAs(alone);
        // Without --force nothing is replaced; with it the models still are not.
        assertThat(signet("quantize", model, other, "--out-dir", out).exit()).isEqualTo(2);
        byte[] before = Files.readAllBytes(model);
        assertThat(signet("quantize", model, other, "--out-dir", folder, "--force")
                        .exit())
                .isEqualTo(3);
        assertThat(model).hasBinaryContent(before);
        CommandRun json = signet("quantize", model, other, "--out-dir", out, "--bits", 2, "--force", "--json", "-");
        assertThat(new ObjectMapper().readTree(json.out()).get("models")).hasSize(2);
    }

    @Test
    void modelsOfOneNameWouldReplaceEachOther() throws IOException {
        Path twin = TinyModels.write(
                Files.createDirectory(folder.resolve("sub")).resolve("tiny.onnx"), TinyModels.classifier(16));
        CommandRun run = signet("quantize", model, twin, "--out-dir", folder.resolve("out"), "--bits", 2);
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err().lines()).singleElement().asString().contains("tiny.onnx");
        assertThat(signet("quantize", model, twin, "--bits", 2).exit()).isEqualTo(2);
        assertThat(signet("quantize", model, twin, "--bits", 2, "-o", target).exit())
                .isEqualTo(2);
    }

    private List<String> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith(".") || name.contains("twin"))
                    .toList();
        }
    }

    @Test
    void strippedFilesAreSmallerAndStillVerified() throws IOException {
        Path stripped = folder.resolve("stripped.onnx");
        CommandRun plain = signet("quantize", model, "--bits", 3, "-o", target, "-q");
        CommandRun run = signet("quantize", model, "--bits", 3, "-o", stripped, "--strip", "-q");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("verified:   ONNX Runtime gives the same outputs", "conv.weight");
        assertThat(plain.exit()).isZero();
        assertThat(Files.size(stripped)).isLessThan(Files.size(target));
        assertThat(OnnxRuntime.run(stripped, 8)).isEqualTo(OnnxRuntime.run(target, 8));
        assertThat(ModelProto.parseFrom(Files.readAllBytes(stripped)).toString())
                .doesNotContain("conv.weight");
        assertThat(signet("quantize", model, "-o", target, "--strip", "--keep-docs")
                        .exit())
                .isEqualTo(2);
    }
}
