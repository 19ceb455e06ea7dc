package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands on the real models and images of ../shared/assets. */
@Tag("real")
class RealModelsTest {
    private static final Path ASSETS = Path.of(System.getProperty("signet.assets"));
    private static final Path RESNET = ASSETS.resolve("models/classification/resnet20-cifar10.onnx");
    private static final Path TEST = ASSETS.resolve("data/cifar10/test_batch.bin");

    @TempDir
    Path folder;

    static List<Path> models() throws IOException {
        try (Stream<Path> files = Files.walk(ASSETS.resolve("models"))) {
            return files.filter(file -> file.toString().endsWith(".onnx"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void thereAreTenModels() throws IOException {
        assertThat(models()).hasSize(10);
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyModelIsSmallerAndDoesWhatItsWeightsSay(Path model) throws IOException {
        for (int bits = 2; bits <= 4; bits++) {
            Path target = folder.resolve(bits + ".onnx");
            CommandRun run = signet(
                    "quantize",
                    model,
                    "-o",
                    target,
                    "--bits",
                    bits,
                    "--method",
                    "alternating",
                    "--no-correct",
                    "--json",
                    "-");
            assertThat(run.exit()).as(run.err()).isZero();
            JsonNode json = new ObjectMapper().readTree(run.out());
            assertThat(json.at("/verification/difference").asDouble()).isLessThan(1e-5);
            assertThat(Files.size(target)).isLessThan(Files.size(model) / 2);
        }
    }

    @Test
    void resnet20AtThreeBitsIsAtMostFourteenPerCentAndNearlyLossless() throws IOException {
        Path target = folder.resolve("r20.onnx");
        assertThat(signet("quantize", RESNET, "--bits", 3, "-o", target).exit()).isZero();
        assertThat(Files.size(target)).isLessThanOrEqualTo(Files.size(RESNET) * 14 / 100);
        CommandRun run =
                signet("evaluate", "classification", RESNET, target, "--data", TEST, "--limit", 2000, "--json", "-");
        JsonNode json = new ObjectMapper().readTree(run.out());
        double original = json.at("/models/0/metrics/top1").asDouble();
        assertThat(json.at("/models/1/metrics/top1").asDouble()).isCloseTo(original, within(1.0));
    }

    @Test
    void theSameBytesWhateverTheThreads() throws IOException {
        Path one = folder.resolve("one.onnx");
        Path two = folder.resolve("two.onnx");
        for (Path target : List.of(one, two)) {
            int threads = target.equals(one) ? 1 : 2;
            CommandRun run =
                    signet("quantize", RESNET, "--bits", 2, "--samples", 128, "--threads", threads, "-o", target);
            assertThat(run.exit()).as(run.err()).isZero();
        }
        assertThat(Files.readAllBytes(two)).isEqualTo(Files.readAllBytes(one));
    }

    @ParameterizedTest
    @CsvSource({"super-resolution/esrgan-slim-x2", "super-resolution/carn-m-x2", "super-resolution/espcn-x2"})
    void restorationAtThreeBitsIsThreeDecibelsBetterThanPlainAlternating(String name) {
        Path model = ASSETS.resolve("models/" + name + ".onnx");
        double plain = psnr(model, quantized(model, "--method", "alternating", "--no-correct", "--no-offset"));
        double aware = psnr(model, quantized(model, "--method", "output-aware"));
        assertThat(aware).isGreaterThanOrEqualTo(plain + 3);
    }

    private Path quantized(Path model, String... options) {
        Path target = folder.resolve("q.onnx");
        Object[] arguments = Stream.concat(
                        Stream.of("quantize", model, "--bits", 3, "-o", target, "--force"), Stream.of(options))
                .toArray();
        CommandRun run = signet(arguments);
        assertThat(run.exit()).as(run.err()).isZero();
        return target;
    }

    /** Mean over Set5 of the output's PSNR against the original model's output, values 0..1. */
    private static double psnr(Path original, Path quantized) {
        double sum = 0;
        List<Path> images;
        try (Stream<Path> files = Files.list(ASSETS.resolve("data/super-resolution/Set5/x2/LR"))) {
            images = files.sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        try (OnnxRuntimeModel reference = OnnxRuntimeModel.open(original, 2);
                OnnxRuntimeModel candidate = OnnxRuntimeModel.open(quantized, 2)) {
            for (Path image : images) {
                Picture picture = Picture.read(image);
                long channels = reference.inputs().getFirst().shape()[1];
                float[] values = new float[3 * picture.width() * picture.height()];
                new Preprocessing(1 / 255.0, new double[3], new double[] {1, 1, 1}, false, 0)
                        .write(picture, true, values, 0);
                if (channels == 1) {
                    values = java.util.Arrays.copyOf(values, values.length / 3);
                }
                long[] shape = {1, channels, picture.height(), picture.width()};
                Tensor wanted = reference.run(values, shape);
                Tensor given = candidate.run(values, shape);
                double squares = 0;
                for (int i = 0; i < wanted.values().length; i++) {
                    squares += Math.pow(wanted.values()[i] - given.values()[i], 2);
                }
                sum += -10 * Math.log10(squares / wanted.values().length);
            }
        }
        System.getLogger("test").log(System.Logger.Level.INFO, quantized + " " + sum / images.size());
        return sum / images.size();
    }
}
