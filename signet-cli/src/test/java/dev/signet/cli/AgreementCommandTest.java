package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.quantize.drawn.DeadLeaves;
import dev.signet.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluation against the original, and what evaluation refuses. */
class AgreementCommandTest {
    @TempDir
    Path folder;

    private Path model = Path.of("");
    private Path photos = Path.of("");

    @BeforeEach
    void write() throws IOException {
        model = TinyModels.write(folder.resolve("tiny.onnx"), TinyModels.classifier(64));
        photos = Files.createDirectories(folder.resolve("photos"));
        for (int i = 0; i < 12; i++) {
            DeadLeaves.draw(8, 8, new SplittableRandom(i)).writePng(photos.resolve(i + ".png"));
        }
    }

    private static JsonNode json(CommandRun run) throws IOException {
        assertThat(run.exit()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    void theOriginalIsFoundBesideTheFileThatWasMadeOfIt() throws IOException {
        Path small = folder.resolve("tiny-8bit.onnx");
        assertThat(signet("quantize", model, "--bits", 8, "-o", small).exit()).isZero();
        JsonNode one = json(signet("evaluate", "agreement", small, "--data", photos, "--json", "-"))
                .at("/models/0");
        assertThat(one.at("/metrics/images").asInt()).isEqualTo(12);
        assertThat(one.at("/metrics/outputSnr").asDouble()).isGreaterThan(20);
        JsonNode both = json(
                signet("evaluate", "agreement", model, small, "--reference", model, "--data", photos, "--json", "-"));
        assertThat(both.at("/models/1/metrics")).isEqualTo(one.at("/metrics"));
        // A network agrees with itself.
        assertThat(both.at("/models/0/metrics/outputSnr").asDouble()).isEqualTo(200);
        assertThat(both.at("/models/1/againstFirst/p").asDouble()).isBetween(0.0, 1.0);
        CommandRun lost = signet("evaluate", "agreement", model, "--data", photos);
        assertThat(lost.exit()).isEqualTo(3);
        assertThat(lost.err()).contains("--reference");
    }

    @Test
    void outputsOfAnotherKindAreRefused() {
        for (String task : new String[] {"detection", "segmentation", "text"}) {
            CommandRun run = signet("evaluate", task, model, "--reference", model, "--data", photos);
            assertThat(run.exit()).as(task).isEqualTo(3);
            assertThat(run.err()).contains("scores [1, 10]", "agreement").hasLineCount(1);
        }
    }

    @Test
    void picturesAreComparedAsPictures() throws IOException {
        Path enlarger = TinyModels.write(folder.resolve("enlarger.onnx"), TinyModels.enlarger(3));
        JsonNode one = json(signet(
                        "evaluate", "agreement", enlarger, "--reference", enlarger, "--data", photos, "--json", "-"))
                .at("/models/0");
        assertThat(one.at("/conditions/compared").asText()).isEqualTo("picture");
        assertThat(one.at("/metrics/psnr").asDouble()).isGreaterThan(150);
    }

    @Test
    void aNetworkFromImageToImageIsNoClassifier() throws IOException {
        Path enlarger = TinyModels.write(folder.resolve("enlarger.onnx"), TinyModels.enlarger(3));
        CommandRun run = signet("evaluate", "classification", enlarger, "--data", classes(10, 1));
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("enlarger.onnx", "no scores of classes", "super-resolution");
    }

    @Test
    void twoFoldersAreNotTenClasses() throws IOException {
        CommandRun run = signet("evaluate", "classification", model, "--data", classes(2, 2));
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("10 classes", "have 2", "numbers").hasLineCount(1);
        assertThat(signet("evaluate", "super-resolution", model, "--data", photos)
                        .exit())
                .isEqualTo(3);
    }

    private Path classes(int count, int pictures) throws IOException {
        Path data = folder.resolve("classes" + count);
        for (int label = 0; label < count; label++) {
            Path images = Files.createDirectories(data.resolve("class" + label));
            for (int i = 0; i < pictures; i++) {
                DeadLeaves.draw(16, 16, new SplittableRandom(label * 100 + i)).writePng(images.resolve(i + ".png"));
            }
        }
        return data;
    }
}
