package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.testkit.TinyModels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
    private static final int WIDTH = 13;
    private static final int HEIGHT = 7;

    @TempDir
    Path folder;

    private Path classifier = Path.of("");
    private Path picture = Path.of("");
    private BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);

    @BeforeEach
    void write() throws IOException {
        classifier = TinyModels.write(folder.resolve("tiny.onnx"), TinyModels.classifier(8));
        var random = new SplittableRandom(3);
        image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        picture = folder.resolve("in.png");
        ImageIO.write(image, "png", picture.toFile());
    }

    private static JsonNode json(CommandRun run) throws IOException {
        assertThat(run.exit()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    void bothRuntimesSeeTheSameClasses() throws IOException {
        JsonNode ours = json(signet("run", classifier, "--input", picture, "--top", 10, "--json", "-"));
        JsonNode theirs = json(
                signet("run", classifier, "--input", picture, "--top", 10, "--runtime", "onnxruntime", "--json", "-"));
        assertThat(ours.get("runtime").asText()).isEqualTo("signet");
        double sum = 0;
        for (int i = 0; i < TinyModels.CLASSES; i++) {
            JsonNode mine = ours.at("/classes/" + i);
            JsonNode other = theirs.at("/classes/" + i);
            assertThat(mine.get("class").asInt()).isEqualTo(other.get("class").asInt());
            assertThat(mine.get("score").asDouble())
                    .isCloseTo(other.get("score").asDouble(), within(1e-4));
            assertThat(mine.get("name").isNull()).isTrue();
            sum += mine.get("probability").asDouble();
        }
        assertThat(sum).isCloseTo(1, within(1e-9));
    }

    @Test
    void aPackedModelRunsAndTopLimitsTheTable() throws IOException {
        Path packed = folder.resolve("packed.onnx");
        Path wide = TinyModels.write(folder.resolve("wide.onnx"), TinyModels.classifier(64));
        assertThat(signet("quantize", wide, "--bits", 3, "-o", packed).exit()).isZero();
        CommandRun run = signet("run", packed, "--input", picture, "--top", 2);
        assertThat(run.exit()).as(run.err()).isZero();
        // A heading, a rule, two classes.
        assertThat(run.out().lines()).hasSize(4);
    }

    @Test
    void classesHaveTheNamesOfTheFile() throws IOException {
        Path labels = folder.resolve("labels.txt");
        Files.write(
                labels,
                Stream.iterate(0, i -> i + 1).limit(10).map(i -> "kind " + i).toList());
        JsonNode best = json(signet("run", classifier, "--input", picture, "--labels", labels, "--json", "-"))
                .at("/classes/0");
        assertThat(best.get("name").asText())
                .isEqualTo("kind " + best.get("class").asInt());
        Files.write(labels, Stream.of("one", "two").toList());
        CommandRun run = signet("run", classifier, "--input", picture, "--labels", labels);
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("2 names", "10 classes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"signet", "onnxruntime"})
    void anImageNetworkWritesWhatItMakes(String runtime) throws IOException {
        Path model = TinyModels.write(folder.resolve("enlarger.onnx"), TinyModels.enlarger(3));
        Path target = folder.resolve("out.png");
        CommandRun run = signet("run", model, "--input", picture, "--output", target, "--runtime", runtime);
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("26 x 14");
        BufferedImage larger = ImageIO.read(target.toFile());
        for (int y = 0; y < 2 * HEIGHT; y++) {
            for (int x = 0; x < 2 * WIDTH; x++) {
                assertThat(larger.getRGB(x, y)).isEqualTo(image.getRGB(x / 2, y / 2));
            }
        }
    }

    @Test
    void aLumaNetworkKeepsTheColours() throws IOException {
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                image.setRGB(x, y, x < WIDTH / 2 ? 0xb04020 : 0x3060a0);
            }
        }
        ImageIO.write(image, "png", picture.toFile());
        Path model = TinyModels.write(folder.resolve("luma.onnx"), TinyModels.enlarger(1));
        Path target = folder.resolve("out.png");
        JsonNode result = json(signet("run", model, "--input", picture, "-o", target, "--json", "-"));
        assertThat(result.get("width").asInt()).isEqualTo(2 * WIDTH);
        BufferedImage larger = ImageIO.read(target.toFile());
        // Far from the edge between the colours the bicubic filter sees one colour only.
        for (int shift : new int[] {0, 8, 16}) {
            assertThat(larger.getRGB(1, 5) >> shift & 0xff).isCloseTo(0xb04020 >> shift & 0xff, within(1));
            assertThat(larger.getRGB(24, 9) >> shift & 0xff).isCloseTo(0x3060a0 >> shift & 0xff, within(1));
        }
    }

    @Test
    void wrongUsageAndInputsAreToldApart() throws IOException {
        Path enlarger = TinyModels.write(folder.resolve("enlarger.onnx"), TinyModels.enlarger(3));
        Path target = folder.resolve("out.png");
        assertThat(signet("run", classifier).exit()).isEqualTo(2);
        assertThat(signet("run", classifier, "--input", picture, "--top", 0).exit())
                .isEqualTo(2);
        assertThat(signet("run", classifier, "--input", picture, "--top", 3, "-o", target)
                        .exit())
                .isEqualTo(2);
        assertThat(signet("run", enlarger, "--input", picture, "-o", folder.resolve("out.jpg"))
                        .exit())
                .isEqualTo(2);
        assertThat(signet("run", enlarger, "--input", picture, "--runtime", "none")
                        .err())
                .containsIgnoringCase("[onnxruntime, signet]");
        CommandRun scores = signet("run", classifier, "--input", picture, "--resize", 8, "-o", target);
        assertThat(scores.exit()).isEqualTo(3);
        assertThat(signet("run", enlarger, "--input", picture).err()).contains("--output");
        assertThat(signet("run", enlarger, "--input", folder.resolve("none.png"), "-o", target)
                        .exit())
                .isEqualTo(3);
        assertThat(target).doesNotExist();
    }

    @Test
    void theInputIsNeverOverwritten() throws IOException {
        Path enlarger = TinyModels.write(folder.resolve("enlarger.onnx"), TinyModels.enlarger(3));
        byte[] before = Files.readAllBytes(picture);
        CommandRun run = signet("run", enlarger, "--input", picture, "-o", picture);
        assertThat(run.exit()).isEqualTo(3);
        assertThat(Files.readAllBytes(picture)).isEqualTo(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith(".signet"));
        }
    }

    @Test
    void evaluateGivesTheSameInBothRuntimes() throws IOException {
        for (String kind : new String[] {"0", "3"}) {
            Path images = Files.createDirectories(folder.resolve("data").resolve(kind));
            Files.copy(picture, images.resolve("1.png"));
        }
        Path data = folder.resolve("data");
        JsonNode ours = json(
                signet("evaluate", "classification", classifier, "--data", data, "--runtime", "signet", "--json", "-"));
        JsonNode theirs = json(signet("evaluate", "classification", classifier, "--data", data, "--json", "-"));
        assertThat(ours).isEqualTo(theirs);
    }

    @Test
    void benchTimesNetworksInBothRuntimes() throws IOException {
        JsonNode result = json(signet("bench", classifier, "--seconds", 0.2, "--quiet", "--json", "-"));
        JsonNode network = result.at("/networks/0");
        assertThat(network.get("model").asText()).isEqualTo(classifier.toString());
        assertThat(network.get("difference").asDouble()).isLessThan(1e-5);
        assertThat(network.get("ratio").asDouble()).isPositive();
        assertThat(network.get("milliseconds").asDouble()).isPositive();
        assertThat(network.get("onnxruntimeMilliseconds").asDouble()).isPositive();
        assertThat(network.get("inputShape").toString()).isEqualTo("[1,3,8,8]");
        assertThat(network.has("explanation")).isFalse();
        assertThat(result.get("kernels").isEmpty()).isTrue();
        assertThat(signet("bench", classifier, "--threads", 0).exit()).isEqualTo(2);
        assertThat(signet("bench", classifier, "--batch", 0).exit()).isEqualTo(2);
        assertThat(signet("bench", folder.resolve("none.onnx")).exit()).isEqualTo(3);
    }

    @Test
    void benchExplainsEveryLayer() throws IOException {
        JsonNode result = json(signet("bench", classifier, "--explain", "--seconds", 0.2, "--quiet", "--json", "-"));
        JsonNode explanation = result.at("/networks/0/explanation");
        assertThat(explanation.get("peak").asDouble()).isPositive();
        JsonNode first = explanation.at("/layers/0");
        assertThat(first.get("operator").asText()).startsWith("Conv");
        assertThat(first.get("shape").asText()).startsWith("1x3x8x8 x ");
        assertThat(first.get("strategy").asText()).isNotEmpty();
        assertThat(first.get("products").asLong()).isPositive();
        assertThat(first.get("predicted").asDouble()).isPositive();
        assertThat(first.get("milliseconds").asDouble()).isPositive();
        assertThat(first.get("peakShare").asDouble()).isPositive();
        assertThat(first.get("onnxruntimeMilliseconds").asDouble()).isNotNegative();
        assertThat(signet("bench", classifier, "--explain", "--seconds", 0.2, "--quiet")
                        .out())
                .contains("onnxruntime ms", "GMAC/s");
        assertThat(signet("bench", "--explain").exit()).isEqualTo(2);
    }
}
