package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.testkit.TinyModels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExperimentCommandTest {
    @TempDir
    Path folder;

    private Path model;
    private Path data;

    @BeforeEach
    void writeModelAndImages() throws IOException {
        model = TinyModels.write(folder.resolve("tiny.onnx"), TinyModels.classifier(32));
        data = folder.resolve("data");
        for (int label = 0; label < TinyModels.CLASSES; label++) {
            Path images = Files.createDirectories(data.resolve("class" + label));
            var image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            image.setRGB(label % 8, 3, 0xff8040 * (label + 1));
            ImageIO.write(image, "png", images.resolve("a.png").toFile());
        }
    }

    @Test
    void thereIsACellForEachCombination() throws IOException {
        CommandRun run = signet(
                "experiment",
                "classification",
                model,
                "--data",
                data,
                "--bits",
                "2,4",
                "--importance",
                "uniform,l1",
                "--method",
                "alternating,hqq",
                "--seeds",
                "0,1",
                "--json",
                "-");
        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.at("/original/top1").isNumber()).isTrue();
        assertThat(json.get("cells")).hasSize(16);
        JsonNode cell = json.at("/cells/0");
        assertThat(cell.get("bits").asInt()).isEqualTo(2);
        assertThat(cell.get("importance").asText()).isEqualTo("uniform");
        assertThat(cell.get("method").asText()).isEqualTo("alternating");
        assertThat(cell.get("group").asText()).isEqualTo("filter");
        assertThat(cell.get("seed").asInt()).isZero();
        assertThat(cell.at("/metrics/top1").isNumber()).isTrue();
        // The article's, whose name says nothing of additions.
        assertThat(cell.get("name").asText()).isEqualTo("vanilla");
        assertThat(cell.get("offset").asBoolean()).isFalse();
        assertThat(cell.at("/uncertainty/top1").asDouble()).isPositive();
        for (JsonNode one : json.get("cells")) {
            assertThat(one.get("bytes").asLong()).isBetween(1000L, Files.size(model) / 2);
        }
    }

    @Test
    void originalVanillaAndWeightedStandSideBySide() {
        CommandRun run = signet(
                "experiment",
                "classification",
                model,
                "--data",
                data,
                "--bits",
                "3,4",
                "--importance",
                "uniform,l1",
                "--method",
                "alternating,uniform-minmax,uniform-mse",
                "--limit",
                5);
        assertThat(run.exit()).as(run.err()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines.getFirst()).containsPattern("bits +original +vanilla +l1 +uniform-minmax +uniform-mse");
        assertThat(lines.stream().skip(2))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("   3  top-1 %"),
                        line -> assertThat(line).startsWith("   3  top-5 %"),
                        line -> assertThat(line).startsWith("   3  bytes"),
                        line -> assertThat(line).startsWith("   4  top-1 %"),
                        line -> assertThat(line).startsWith("   4  top-5 %"),
                        line -> assertThat(line).startsWith("   4  bytes"));
    }

    @Test
    void vanillaIsTheArticlesAndWhatIsAddedHasAnotherName() throws IOException {
        Path plain = folder.resolve("plain.onnx");
        assertThat(signet(
                                "quantize",
                                model,
                                "--bits",
                                "*=3",
                                "--method",
                                "alternating",
                                "--no-offset",
                                "--no-correct",
                                "-o",
                                plain)
                        .exit())
                .isZero();
        JsonNode cells = new ObjectMapper()
                .readTree(signet(
                                "experiment",
                                "classification",
                                model,
                                "--data",
                                data,
                                "--bits",
                                "3",
                                "--importance",
                                "uniform",
                                "--json",
                                "-")
                        .out())
                .get("cells");
        assertThat(cells.findValuesAsText("name")).containsExactly("vanilla", "output-aware");
        JsonNode evaluated = new ObjectMapper()
                .readTree(signet("evaluate", "classification", plain, "--data", data, "--json", "-")
                        .out());
        assertThat(cells.at("/0/metrics")).isEqualTo(evaluated.at("/models/0/metrics"));
        CommandRun added = signet(
                "experiment",
                "classification",
                model,
                "--data",
                data,
                "--bits",
                "3",
                "--importance",
                "uniform,l1",
                "--offset",
                "--method",
                "alternating");
        assertThat(added.out())
                .contains("alternating + offset", "alternating l1 + offset")
                .doesNotContain("vanilla");
    }

    @Test
    void withoutAMethodTheDefaultOfQuantizeStandsBesideTheHeatMaps() throws IOException {
        CommandRun run = signet(
                "experiment",
                "classification",
                model,
                "--data",
                data,
                "--bits",
                "3",
                "--importance",
                "uniform,l1",
                "--json",
                "-");
        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode cells = new ObjectMapper().readTree(run.out()).get("cells");
        assertThat(cells.findValuesAsText("method")).containsExactly("alternating", "alternating", "output-aware");
        assertThat(cells.findValuesAsText("importance")).containsExactly("uniform", "l1", "default");
        Path quantized = folder.resolve("q.onnx");
        assertThat(signet("quantize", model, "--bits", 3, "-o", quantized).exit())
                .isZero();
        assertThat(cells.get(2).get("bytes").asLong()).isEqualTo(Files.size(quantized));
    }

    @Test
    void finishedCellsAreNotRunAgain() throws IOException {
        Path file = folder.resolve("cells.json");
        Object[] arguments = {
            "experiment",
            "classification",
            model,
            "--data",
            data,
            "--bits",
            "2",
            "--importance",
            "uniform",
            "--json",
            file
        };
        assertThat(signet(arguments).exit()).isZero();
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = (ObjectNode) mapper.readTree(file.toFile());
        // A figure that no run would give shows where the next table has it from.
        ((ObjectNode) json.at("/cells/0")).put("bytes", 12_345);
        mapper.writeValue(file.toFile(), json);
        CommandRun again = signet(arguments);
        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(again.out()).contains("12,345");
        CommandRun changed = signet(
                Stream.concat(Arrays.stream(arguments), Stream.of("--offset")).toArray());
        assertThat(changed.exit()).as(changed.err()).isZero();
        assertThat(changed.out()).doesNotContain("12,345");
    }

    @Test
    void theReportOfAContinuedRunHasLayersAndPictures() throws IOException {
        Path filters = TinyModels.write(folder.resolve("filters.onnx"), TinyModels.filters());
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        var picture = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
        picture.createGraphics().fillOval(5, 5, 30, 30);
        ImageIO.write(picture, "png", pictures.resolve("disc.png").toFile());
        Path file = folder.resolve("cells.json");
        Path page = folder.resolve("page.html");
        List<Object> arguments = List.of(
                "experiment",
                "style-transfer",
                filters,
                "--data",
                pictures,
                "--bits",
                "2,3",
                "--importance",
                "uniform,l1",
                "--samples",
                "4",
                "--json",
                file);
        CommandRun first = signet(arguments.toArray());
        assertThat(first.exit()).as(first.err()).isZero();
        String cells = Files.readString(file);
        CommandRun again = signet(
                Stream.concat(arguments.stream(), Stream.of("--report", page)).toArray());
        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(Files.readString(file)).isEqualTo(cells);
        assertThat(Files.readString(page))
                .contains("filters.onnx", "vanilla, 2 bits", "output-aware, 2 bits", "data:image/png")
                .doesNotContain("vanilla, 3 bits");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "guessing",
                "classification --bits 9",
                "classification --method best",
                "classification --importance attention:both",
                "classification --upscale 2",
                "super-resolution --upscale -1",
                "classification --seeds one"
            })
    void wrongUsageIsExitCode2(String text) {
        String[] words = text.split(" ", -1);
        Object[] arguments = new Object[4 + words.length];
        arguments[0] = "experiment";
        arguments[1] = words[0];
        arguments[2] = model;
        arguments[3] = "--data";
        arguments[4] = data;
        System.arraycopy(words, 1, arguments, 5, words.length - 1);
        assertThat(signet(arguments).exit()).isEqualTo(2);
    }
}
