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
        JsonNode report = quantized(8, 10, "--input-shape", "image=1x3x32x32", "--samples", "48");
        assertThat(report.at("/seconds/solver").asDouble()).isPositive();
        assertThat(report.at("/seconds/statistics").asDouble()).isPositive();
        assertThat(report.at("/outputSnr").asDouble()).isGreaterThan(8);
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
        JsonNode report = quantized(64, 1000, "--input-shape", "image=1x3x224x224");
        assertThat(report.get("bytesBefore").asLong()).isGreaterThan(46_000_000);
        assertThat(report.get("bytesAfter").asLong())
                .isLessThan(report.get("bytesBefore").asLong() / 10);
        assertThat(report.at("/outputSnr").asDouble()).isGreaterThan(8);
    }

    private JsonNode quantized(int width, int classes, Object... options) throws IOException {
        Path model = TinyModels.write(folder.resolve("eighteen.onnx"), EighteenLayers.model(width, classes));
        String keep = System.getProperty("signet.keep");
        if (keep != null) {
            Files.copy(model, Path.of(keep));
        }
        Object[] arguments = new Object[7 + options.length];
        System.arraycopy(new Object[] {"quantize", model, "--bits", 3, "--quiet", "--json", "-"}, 0, arguments, 0, 7);
        System.arraycopy(options, 0, arguments, 7, options.length);
        CommandRun run = signet(arguments);
        assertThat(run.exit()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }
}
