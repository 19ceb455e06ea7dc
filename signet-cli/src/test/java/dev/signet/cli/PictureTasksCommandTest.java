package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.quantize.drawn.DeadLeaves;
import dev.signet.quantize.image.Resampling;
import dev.signet.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Super-resolution and style transfer through the commands. */
class PictureTasksCommandTest {
    @TempDir
    Path folder;

    private Path model = Path.of("");
    private Path photos = Path.of("");

    @BeforeEach
    void write() throws IOException {
        model = TinyModels.write(folder.resolve("enlarger.onnx"), TinyModels.enlarger(3));
        photos = Files.createDirectories(folder.resolve("photos"));
        DeadLeaves.draw(41, 30, new SplittableRandom(1)).writePng(photos.resolve("a.png"));
        DeadLeaves.draw(36, 47, new SplittableRandom(2)).writePng(photos.resolve("b.png"));
    }

    private static JsonNode json(CommandRun run) throws IOException {
        assertThat(run.exit()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    void largePicturesAloneAreMadeSmallAndTheFactorIsFoundOut() throws IOException {
        JsonNode one = json(signet("evaluate", "super-resolution", model, "--data", photos, "--json", "-"))
                .at("/models/0");
        assertThat(one.at("/conditions/upscale").asText()).isEqualTo("2");
        assertThat(one.at("/metrics/images").asInt()).isEqualTo(2);
        // Repeated pixels are worse than interpolated ones.
        assertThat(one.at("/metrics/psnr").asDouble())
                .isBetween(5.0, one.at("/bicubic/psnr").asDouble());
        assertThat(one.at("/metrics/mseRgb").asDouble()).isPositive();
        assertThat(one.at("/metrics/ssimRgb").asDouble()).isBetween(0.0, 1.0);
    }

    @Test
    void pairsThatTheModelFitsExactlyAreReproducedAndTheirFactorIsTheirs() throws IOException {
        Path pairs = folder.resolve("pairs");
        Path high = Files.createDirectories(pairs.resolve("HR"));
        Path low = Files.createDirectories(pairs.resolve("LR"));
        Path large = high.resolve("a.png");
        DeadLeaves.draw(20, 18, new SplittableRandom(3)).writePng(low.resolve("a.png"));
        assertThat(signet("run", model, "--input", low.resolve("a.png"), "--output", large)
                        .exit())
                .isZero();
        JsonNode metrics = json(signet("evaluate", "super-resolution", model, "--data", pairs, "--json", "-"))
                .at("/models/0/metrics");
        assertThat(metrics.get("psnr").asDouble()).isEqualTo(100);
        assertThat(metrics.get("ssim").asDouble()).isCloseTo(1, within(1e-9));
        assertThat(metrics.get("mseRgb").asDouble()).isZero();
        CommandRun other = signet("evaluate", "super-resolution", model, "--data", pairs, "--upscale", 3);
        assertThat(other.exit()).isEqualTo(3);
        assertThat(other.err()).contains("HR");
    }

    @Test
    void aModelThatDoesNotEnlargeGetsAnEnlargedPicture() throws IOException {
        Path same = TinyModels.write(folder.resolve("same.onnx"), TinyModels.sameSize(3));
        assertThat(signet("evaluate", "super-resolution", same, "--data", photos)
                        .exit())
                .isEqualTo(3);
        JsonNode one = json(signet(
                        "evaluate", "super-resolution", same, "--data", photos, "--upscale", 2, "--json", "-"))
                .at("/models/0");
        // It gives what it gets: the figures are those of interpolation.
        assertThat(one.at("/metrics/psnr").asDouble())
                .isCloseTo(one.at("/bicubic/psnr").asDouble(), within(1e-9));
    }

    @Test
    void styleTransferNeedsItsOriginalWhichIsEqualToItself() throws IOException {
        assertThat(signet("evaluate", "style-transfer", model, "--data", photos).exit())
                .isEqualTo(2);
        assertThat(signet("evaluate", "super-resolution", model, "--data", photos, "--reference", model)
                        .exit())
                .isEqualTo(2);
        JsonNode metrics = json(signet(
                        "evaluate", "style-transfer", model, "--data", photos, "--reference", model, "--json", "-"))
                .at("/models/0/metrics");
        assertThat(metrics.get("psnr").asDouble()).isEqualTo(100);
        assertThat(metrics.get("mse").asDouble()).isZero();
        CommandRun signets = signet(
                "evaluate",
                "style-transfer",
                model,
                "--data",
                photos,
                "--reference",
                model,
                "--resize",
                20,
                "--runtime",
                "signet");
        assertThat(signets.exit()).as(signets.err()).isZero();
        assertThat(signets.out()).contains("100.00");
    }

    @Test
    void experimentsGiveTheSameCellsHoweverManyRunAtOnce() throws IOException {
        Path large = TinyModels.write(folder.resolve("filters.onnx"), TinyModels.filters());
        JsonNode first = null;
        for (int threads = 1; threads <= 2; threads++) {
            JsonNode json = json(signet(
                    "experiment",
                    "style-transfer",
                    large,
                    "--data",
                    photos,
                    "--bits",
                    "2,4",
                    "--importance",
                    "uniform,l1",
                    "--method",
                    "alternating",
                    "--threads",
                    threads,
                    "--json",
                    "-"));
            assertThat(json.at("/original/psnr").asDouble()).isEqualTo(100);
            assertThat(json.get("cells")).hasSize(4);
            assertThat(json.at("/cells/1/metrics/psnr").asDouble())
                    .isGreaterThan(json.at("/cells/0/metrics/psnr").asDouble());
            if (first != null) {
                assertThat(json.get("cells")).isEqualTo(first.get("cells"));
            }
            first = json;
        }
    }

    @Test
    void tooSmallPicturesAreRefused() {
        Resampling.bilinear(DeadLeaves.draw(40, 40, new SplittableRandom(4)), 12, 12)
                .writePng(photos.resolve("c.png"));
        CommandRun run = signet("evaluate", "super-resolution", model, "--data", photos);
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("15 x 15");
    }
}
