package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.quantize.array.NpyArray;
import dev.signet.testkit.TinyModels;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetSizeTest {
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
    @CsvSource({"output-aware,19%,packed", "alternating,9KB,packed", "greedy,30%,inline", "output-aware,7700,packed"})
    void theFileIsNotLargerAndMostlyUsed(String method, String size, String format) throws IOException {
        CommandRun run =
                signet("quantize", model, "-o", target, "--method", method, "--target-size", size, "--format", format);
        assertThat(run.exit()).as(run.err()).isZero();
        long wanted = size.endsWith("%")
                ? Files.size(model) * Long.parseLong(size.replace("%", "")) / 100
                : Long.parseLong(size.replace("KB", "000"));
        // One bit more of the largest layer is 32 * 32 * 9 / 8 bytes, some
        // coefficients, and a function for that number of bits.
        assertThat(Files.size(target)).isBetween(wanted - 1900, wanted);
    }

    @Test
    void theCurvesFallFromBitToBitAndAreInJsonTableAndPage() throws IOException {
        Path page = folder.resolve("page.html");
        Path file = folder.resolve("out.json");
        CommandRun run =
                signet("quantize", model, "-o", target, "--target-size", "20%", "--json", file, "--report", page);
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("if only this weight", ">");
        assertThat(Files.readString(page)).contains("Bits for the target size", "deep.weight");
        JsonNode tensors = new ObjectMapper().readTree(file.toFile()).get("tensors");
        int curves = 0;
        for (JsonNode tensor : tensors) {
            JsonNode damage = tensor.get("damage");
            if (damage == null) {
                continue;
            }
            curves++;
            assertThat(damage).hasSize(8);
            for (int bits = 2; bits <= 8; bits++) {
                assertThat(damage.get(Integer.toString(bits)).asDouble())
                        .as("%s at %d bits", tensor.get("name"), bits)
                        .isBetween(0.0, damage.get(Integer.toString(bits - 1)).asDouble());
            }
        }
        assertThat(curves).isEqualTo(3);
    }

    @Test
    void moreRoomNeverMeansMoreDamage() throws IOException {
        double before = Double.POSITIVE_INFINITY;
        double most = 0;
        for (String size : new String[] {"15%", "19%", "23%", "29%"}) {
            CommandRun run = signet("quantize", model, "-o", target, "--force", "--target-size", size, "--json", "-");
            assertThat(run.exit()).as(run.err()).isZero();
            double damage = 0;
            for (JsonNode tensor : new ObjectMapper().readTree(run.out()).get("tensors")) {
                if (tensor.hasNonNull("damage")) {
                    damage += tensor.get("damage")
                            .get(tensor.get("bits").asText())
                            .asDouble();
                }
            }
            assertThat(damage).as(size).isLessThanOrEqualTo(before);
            before = damage;
            most = Math.max(most, damage);
        }
        assertThat(before).isLessThan(most / 2);
    }

    @Test
    void outOfReachIsExitCode1WithTheSmallestSizeWhichCanBeReached() throws IOException {
        CommandRun run = signet("quantize", model, "-o", target, "--target-size", "90");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(target).doesNotExist();
        Matcher smallest = Pattern.compile("can be made has (\\d+) bytes").matcher(run.err());
        assertThat(smallest.find()).as(run.err()).isTrue();
        CommandRun again = signet("quantize", model, "-o", target, "--target-size", smallest.group(1));
        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(Files.size(target)).isLessThanOrEqualTo(Long.parseLong(smallest.group(1)));
    }

    @Test
    void theSameBytesWhateverTheThreads() throws IOException {
        Path other = folder.resolve("other.onnx");
        signet("quantize", model, "-o", target, "--target-size", "20%", "--threads", 1);
        signet("quantize", model, "-o", other, "--target-size", "20%", "--threads", 2);
        assertThat(Files.readAllBytes(other)).isEqualTo(Files.readAllBytes(target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--target-size ten",
                "--target-size -5%",
                "--target-size 10% --bits 3",
                "--target-size 10% --format float"
            })
    void wrongUsageIsExitCode2(String options) {
        String[] split = options.split(" ", -1);
        Object[] arguments = new Object[4 + split.length];
        arguments[0] = "quantize";
        arguments[1] = model;
        arguments[2] = "-o";
        arguments[3] = target;
        System.arraycopy(split, 0, arguments, 4, split.length);
        assertThat(signet(arguments).exit()).isEqualTo(2);
    }

    @Test
    @Tag("real")
    void resnetFits() throws IOException {
        Path resnet = Path.of(System.getProperty("signet.assets"), "models/classification/resnet20-cifar10.onnx");
        CommandRun run = signet(
                "quantize", resnet, "-o", target, "--method", "output-aware", "--target-size", "12%", "--samples", 96);
        assertThat(run.exit()).as(run.err()).isZero();
        long wanted = Files.size(resnet) * 12 / 100;
        assertThat(Files.size(target)).isBetween(wanted * 98 / 100, wanted);
    }

    @Test
    @Tag("real")
    void aTensorOfSeveralNodesIsSolvedForAllOfThem() throws IOException {
        Path carn = Path.of(System.getProperty("signet.assets"), "models/super-resolution/carn-m-x2.onnx");
        CommandRun run = signet(
                "quantize", carn, "-o", target, "--method", "output-aware", "--bits", 3, "--samples", 8, "--json", "-");
        assertThat(run.exit()).as(run.err()).isZero();
        int shared = 0;
        for (JsonNode tensor : new ObjectMapper().readTree(run.out()).get("tensors")) {
            if (tensor.get("nodes").size() > 1 && !tensor.get("bits").isNull()) {
                shared++;
                // The worst of its layers.
                assertThat(tensor.get("outputSnr").asDouble()).isGreaterThan(10);
            }
        }
        assertThat(shared).isPositive();
    }

    @Test
    void aUsersOwnInputsSayHowManyBitsAreEnough() throws IOException {
        Path data = folder.resolve("inputs.npy");
        var random = new SplittableRandom(5);
        float[] values = new float[64 * 3 * 8 * 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        try (OutputStream out = Files.newOutputStream(data)) {
            new NpyArray(new int[] {64, 3, 8, 8}, values).write(out);
        }
        long before = 0;
        for (String drop : new String[] {"1", "30"}) {
            CommandRun run = signet("quantize", model, "-o", target, "--max-drop", drop, "--data", data, "--force");
            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.err()).contains("points lost of agreement with the original's best class on 64 samples");
            assertThat(before == 0 || Files.size(target) < before).isTrue();
            before = Files.size(target);
        }
    }

    @Test
    void aDropNeedsDataAndNothingElse() {
        assertThat(signet("quantize", model, "-o", target, "--max-drop", "1").exit())
                .isEqualTo(2);
        assertThat(signet("quantize", model, "-o", target, "--max-drop", "1", "--data", folder, "--bits", "3")
                        .exit())
                .isEqualTo(2);
        assertThat(signet("quantize", model, "-o", target, "--max-drop", "101", "--data", folder)
                        .exit())
                .isEqualTo(2);
    }
}
