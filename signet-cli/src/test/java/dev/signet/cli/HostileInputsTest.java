package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.signet.quantize.array.NpyArray;
import dev.signet.quantize.array.NpzFile;
import dev.signet.quantize.image.Picture;
import dev.signet.testkit.TinyModels;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is absurd among a user's files and figures ends in one line that says what, with the right exit code, and in no file. */
class HostileInputsTest {
    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");
    private Path target = Path.of("");

    @BeforeEach
    void writeModel() throws IOException {
        model = TinyModels.write(folder.resolve("m.onnx"), TinyModels.classifier(32));
        target = folder.resolve("q.onnx");
    }

    static Stream<Arguments> absurdOptions() {
        return Stream.of(
                arguments("--calibrate /proc/self/ns --samples 1", 3, "no images"),
                arguments("--calibrate /dev/zero", 3, "/dev/zero"),
                arguments("--calibrate nowhere", 3, "nowhere"),
                arguments("--input-shape y=1x3x8x8", 3, "'y'"),
                arguments("--input-shape image=1x3x100000x100000", 3, "image"),
                arguments("--input-shape x=4294967296x3x8x8", 2, "4294967296"),
                arguments("--input-shape image=1x3", 3, "image"),
                arguments("--input-range y=0..1", 3, "'y'"),
                arguments("--input-layout y=NCHW", 3, "'y'"),
                arguments("--calibrate y=nowhere.npy", 3, "'y'"),
                arguments("--calibrate image=nowhere.npy", 3, "nowhere.npy"),
                arguments("--samples 100000000", 2, "65536"),
                arguments("--samples -1", 2, "-1"),
                arguments("--threads 0", 2, "--threads"),
                arguments("--scale Infinity", 2, "scale"),
                arguments("--scale NaN", 2, "scale"),
                arguments("--scale 1e300", 2, "scale"),
                arguments("--std 1e-320,1,1", 2, "deviation"),
                arguments("--std 0,1,1", 2, "deviation"),
                arguments("--mean NaN,0,0", 2, "mean"),
                arguments("--mean 1,2", 2, "three"),
                arguments("--resize 2147483647", 2, "2147483647"),
                arguments("--memory 0", 2, "--memory"),
                arguments("--memory 99999999999999999999GB", 2, "--memory"),
                arguments("--min-snr NaN", 2, "NaN"),
                arguments("--min-snr Infinity", 2, "Infinity"),
                arguments("--target-size NaN%", 2, "NaN"),
                arguments("--target-size -1KB", 2, "-1KB"),
                arguments("--target-size 0", 2, "0"));
    }

    @ParameterizedTest
    @MethodSource
    void absurdOptions(String options, int exit, String named) {
        CommandRun run = quantize((Object[]) options.split(" "));
        assertOneLine(run, exit, named);
    }

    @ParameterizedTest
    @MethodSource("damagedNumbers")
    void calibrationDataMustBeNumbers(float value) throws IOException {
        float[] values = new float[2 * 192];
        Arrays.fill(values, 0.5f);
        values[300] = value;
        Path file = folder.resolve("c.npy");
        write(file, new NpyArray(new int[] {2, 3, 8, 8}, values));
        assertOneLine(quantize("--calibrate", file), 3, "value 300");
        assertOneLine(quantize("--calibrate", "image=" + file), 3, "value 300");
    }

    static Stream<Float> damagedNumbers() {
        return Stream.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f, -1e13f);
    }

    @Test
    void arraysOfAnotherShapeAreRefusedBeforeTheirValuesAreRead() throws IOException {
        Path file = folder.resolve("huge.npy");
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (500000000, 3, 1, 1), }\n";
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0});
            out.write(text);
        }
        assertOneLine(quantize("--calibrate", file), 3, "takes [");
    }

    @ParameterizedTest
    @MethodSource("damagedHeatMaps")
    void heatMapsMustBeNumbersThatAreNotNegative(float value) throws IOException {
        float[] values = new float[32 * 32 * 9];
        Arrays.fill(values, 1);
        values[7] = value;
        Path file = folder.resolve("h.npz");
        NpzFile.write(file, Map.of("deep.weight", new NpyArray(new int[] {32, 32, 3, 3}, values)));
        assertOneLine(quantize("--importance", file, "--exclude", "conv*", "--exclude", "fc*"), 3, "value 7");
    }

    static Stream<Float> damagedHeatMaps() {
        return Stream.of(Float.NaN, Float.POSITIVE_INFINITY, -1f, 1e30f);
    }

    /** An archive may hold arrays that no tensor needs: these may claim, and be, anything. */
    @Test
    void arraysThatNoTensorNeedsAreNotRead() throws IOException {
        float[] ones = new float[32 * 32 * 9];
        Arrays.fill(ones, 1);
        Path good = folder.resolve("good.npz");
        NpzFile.write(good, Map.of("deep.weight", new NpyArray(new int[] {32, 32, 3, 3}, ones)));
        Path file = folder.resolve("h.npz");
        try (var zip = new java.util.zip.ZipFile(good.toFile());
                var out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.putNextEntry(new ZipEntry("deep.weight.npy"));
            zip.getInputStream(zip.getEntry("deep.weight.npy")).transferTo(out);
            out.closeEntry();
            out.putNextEntry(new ZipEntry("other.npy"));
            out.write("not an array".getBytes(StandardCharsets.US_ASCII));
            out.closeEntry();
        }
        assertThat(quantize("--importance", file, "--exclude", "conv*", "--exclude", "fc*", "--bits", 2))
                .satisfies(run -> assertThat(run.exit()).as(run.err()).isZero());
    }

    @Test
    void aDamagedArchiveIsNoticed() throws IOException {
        float[] ones = new float[32 * 32 * 9];
        Arrays.fill(ones, 1);
        Path file = folder.resolve("h.npz");
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("deep.weight", new NpyArray(new int[] {32, 32, 3, 3}, ones));
        try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
            // Stored, not deflated: what is flipped below is a value.
            out.setLevel(0);
            out.putNextEntry(new ZipEntry("deep.weight.npy"));
            arrays.get("deep.weight").write(out);
            out.closeEntry();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertOneLine(quantize("--importance", file, "--exclude", "conv*", "--exclude", "fc*"), 3, "h.npz");
    }

    @ParameterizedTest
    @MethodSource
    void noPictures(String name, byte[] bytes) throws IOException {
        Path picture = Files.write(folder.resolve(name), bytes);
        assertOneLine(signet("run", model, "--input", picture), 3, name);
        Path pictures = Files.createDirectories(folder.resolve("pictures/a"));
        Files.copy(picture, pictures.resolve(name));
        assertOneLine(
                signet("evaluate", "classification", model, "--data", Objects.requireNonNull(pictures.getParent())),
                3,
                name);
        assertOneLine(quantize("--calibrate", pictures), 3, name);
    }

    static Stream<Arguments> noPictures() {
        return Stream.of(
                arguments("empty.png", new byte[0]),
                arguments("text.png", "no picture".getBytes(StandardCharsets.UTF_8)),
                arguments("cut.png", new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13}));
    }

    /** One pixel high and 60,000 wide: with its shorter side as long as the network's it has billions of pixels. */
    @Test
    void aStripOfAPictureIsRefused() throws IOException {
        Path picture = folder.resolve("strip.png");
        new Picture(60_000, 1, new float[180_000]).writePng(picture);
        assertOneLine(signet("run", model, "--input", picture, "--resize", "8192"), 3, "60000 x 1");
    }

    @ParameterizedTest
    @MethodSource
    void noEarlierRun(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("e.json"), json);
        Path pictures = Files.createDirectories(folder.resolve("pictures/0"));
        new Picture(8, 8, new float[192]).writePng(pictures.resolve("p.png"));
        CommandRun run = signet(
                "experiment",
                "classification",
                model,
                "--data",
                Objects.requireNonNull(pictures.getParent()),
                "--bits",
                "2",
                "--method",
                "greedy",
                "--importance",
                "uniform",
                "--json",
                file,
                "--force");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.err()).doesNotContain("are there already");
        assertThat(file).content().contains("\"greedy\"").doesNotContain("NaN");
    }

    static Stream<String> noEarlierRun() {
        String cell =
                "{\"bits\": 2, \"importance\": \"uniform\", \"method\": \"greedy\", \"group\": \"filter\", \"seed\": 0,"
                        + " \"bytes\": 1, \"metrics\": {\"top1\": %s}}";
        return Stream.of(
                "",
                "{",
                "[]",
                "{}",
                "null",
                "\u0000",
                "{\"original\": {}, \"cells\": [{}], \"options\": {}}",
                "{\"original\": {}, \"cells\": null, \"options\": {}}",
                "{\"original\": {}, \"cells\": [%s], \"options\": {}}".formatted(cell.formatted("\"NaN\"")),
                "{\"original\": {}, \"cells\": [%s], \"options\": {}}".formatted(cell.formatted("-500")),
                "[".repeat(100_000));
    }

    private CommandRun quantize(Object... options) {
        List<Object> all = new ArrayList<>(List.of("quantize", model, "-o", target, "--quiet"));
        all.addAll(Arrays.asList(options));
        return signet(all.toArray());
    }

    private void assertOneLine(CommandRun run, int exit, String named) {
        assertThat(run.exit()).as(run.err()).isEqualTo(exit);
        assertThat(run.err()).contains(named).doesNotContain("internal error", "null", "\tat ");
        assertThat(run.err().lines().filter(line -> !line.startsWith("Try '")))
                .as(run.err())
                .hasSize(1);
        assertThat(target).doesNotExist();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith(".signet"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void write(Path file, NpyArray array) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            array.write(out);
        }
    }
}
