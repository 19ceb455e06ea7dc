package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole residual network through the default: strides, shortcuts with and without a convolution, normalizations. */
class EighteenLayersTest {
    @TempDir
    Path folder;

    @Test
    void aNarrowOneIsQuantizedAndEveryLayerIsMeasured() throws IOException {
        JsonNode report = quantized(3, 8, 10, "--input-shape", "image=1x3x32x32", "--samples", "48");
        assertThat(report.at("/seconds/solver").asDouble()).isPositive();
        assertThat(report.at("/seconds/statistics").asDouble()).isPositive();
        // Outputs of weights by chance hardly depend on the picture: what is left without their
        // means is all the more sensitive, and each bit worth 6 dB.
        JsonNode finer = quantized(6, 8, 10, "--input-shape", "image=1x3x32x32", "--samples", "48");
        assertThat(finer.at("/outputSnr").asDouble())
                .isGreaterThan(report.at("/outputSnr").asDouble() + 10);
        int quantized = 0;
        for (JsonNode tensor : report.get("tensors")) {
            if (!tensor.get("bits").isNull()) {
                quantized++;
                assertThat(tensor.get("outputSnr").asDouble())
                        .as(tensor.get("name").asText())
                        .isGreaterThan(5);
            }
        }
        assertThat(quantized).isGreaterThan(15);
    }

    /** Eleven million weights: {@code -Dsignet.keep=FILE} keeps the model, to be run and timed by itself. */
    @Test
    @Tag("real")
    void elevenMillionWeightsShrinkToATenth() throws IOException {
        JsonNode report = quantized(3, 64, 1000, "--input-shape", "image=1x3x224x224");
        assertThat(report.get("bytesBefore").asLong()).isGreaterThan(46_000_000);
        assertThat(report.get("bytesAfter").asLong())
                .isLessThan(report.get("bytesBefore").asLong() / 10);
        assertThat(report.at("/outputSnr").isNumber()).isTrue();
    }

    private JsonNode quantized(int bits, int width, int classes, Object... options) throws IOException {
        Path model = TinyModels.write(folder.resolve("eighteen.onnx"), EighteenLayers.model(width, classes));
        String keep = System.getProperty("signet.keep");
        if (keep != null) {
            Files.copy(model, Path.of(keep));
        }
        Object[] arguments = new Object[8 + options.length];
        System.arraycopy(
                new Object[] {"quantize", model, "--bits", bits, "--quiet", "--force", "--json", "-"},
                0,
                arguments,
                0,
                8);
        System.arraycopy(options, 0, arguments, 8, options.length);
        CommandRun run = signet(arguments);
        assertThat(run.exit()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }
}
