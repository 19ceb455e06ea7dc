package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.testkit.TinyModels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectAndEvaluateTest {
    @TempDir
    Path folder;

    @Test
    void inspectShowsLayersHistogramAndMemory() throws IOException {
        Path model = TinyModels.write(folder.resolve("tiny.onnx"), TinyModels.classifier(64));
        CommandRun run = signet("inspect", model, "--report", folder.resolve("page.html"));
        assertThat(run.exit()).isZero();
        // The article's figure for [64, 64, 3, 3] at 3 bits.
        assertThat(run.out()).contains("deep.weight", "64x64x3x3", "####", "42.7", "block:64");
        assertThat(Files.readString(folder.resolve("page.html"))).contains("deep.weight");
        JsonNode json = new ObjectMapper()
                .readTree(signet("inspect", model, "--json", "-").out());
        assertThat(json.at("/tensors/1/articlePercent/3").asDouble()).isEqualTo(42.7);
        assertThat(json.at("/memory/filter/3").asLong())
                .isLessThan(json.at("/memory/float").asLong() / 9);
    }

    @Test
    void inspectNamesWhatASignetFileHolds() throws IOException {
        Path model = TinyModels.write(folder.resolve("tiny.onnx"), TinyModels.classifier(64));
        Path small = folder.resolve("small.onnx");
        assertThat(signet("quantize", model, "-o", small).exit()).isZero();
        CommandRun run = signet("inspect", small);
        assertThat(run.exit()).isZero();
        assertThat(run.out()).containsPattern("deep.weight.*kept: .*multi-bit");
    }

    @Test
    void evaluateCountsWhatTheModelGetsRight() throws IOException {
        Path model = TinyModels.write(folder.resolve("tiny.onnx"), TinyModels.classifier(8));
        for (int label = 0; label < TinyModels.CLASSES; label++) {
            Path images = Files.createDirectories(folder.resolve("data").resolve("class" + label));
            ImageIO.write(
                    new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB),
                    "png",
                    images.resolve("a.png").toFile());
        }
        CommandRun run = signet("evaluate", "classification", model, "--data", folder.resolve("data"), "--json", "-");
        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode metrics = new ObjectMapper().readTree(run.out()).at("/models/0/metrics");
        // All images are the same and all classes differ: exactly one is right, and five are among the first five.
        assertThat(metrics.get("top1").asDouble()).isEqualTo(10);
        assertThat(metrics.get("top5").asDouble()).isEqualTo(50);
        assertThat(metrics.get("images").asInt()).isEqualTo(10);
    }

    @Test
    void evaluateSaysWhatIsWrong() throws IOException {
        Path model = TinyModels.write(folder.resolve("tiny.onnx"), TinyModels.classifier(8));
        assertThat(signet("evaluate", "classification", model, "--data", folder.resolve("none"))
                        .exit())
                .isEqualTo(3);
        assertThat(signet("evaluate", "guessing", model, "--data", folder).exit())
                .isEqualTo(2);
        assertThat(signet("evaluate", "classification", model).exit()).isEqualTo(2);
        Path text = Files.writeString(folder.resolve("text.onnx"), "no model");
        Path images = Files.createDirectories(folder.resolve("data").resolve("a"));
        ImageIO.write(
                new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB),
                "png",
                images.resolve("a.png").toFile());
        CommandRun run = signet("evaluate", "classification", text, "--data", folder.resolve("data"));
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("text.onnx");
    }

    @Test
    void helpListsCommandsAndExitCodes() {
        CommandRun run = signet("--help");
        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("quantize", "inspect", "evaluate", "Exit codes");
        assertThat(signet("quantize", "--help").out())
                .contains("--bits", "--target-size", "--calibrate", "--importance");
        assertThat(signet().exit()).isZero();
        assertThat(signet("--version").out()).startsWith("signet ");
    }
}
