package dev.signet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.core.compute.Workers;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's lines on the engine are the lines of this class, and they run. */
class ReadmeTest {
    @TempDir
    private Path folder;

    @Test
    void theEnginesLinesRun() throws IOException {
        Path model = folder.resolve("model.onnx");
        Files.write(
                model,
                OneNode.of("Relu", 13)
                        .input(new Cases(1).tensor(1, 3, 32, 32))
                        .model(1)
                        .toByteArray());
        float[] pixels = new float[3 * 32 * 32];
        pixels[7] = -1;
        pixels[8] = 2;
        assertThat(run(model, pixels)).startsWith(0, 0, 0, 0, 0, 0, 0, 0, 2).hasSize(pixels.length);
    }

    private static float[] run(Path model, float[] pixels) {
        // <readme>
        Network network = Network.load(model); // float or packed; packed weights stay packed in memory
        Tensor once = network.run(Tensor.of(pixels, 1, 3, 32, 32)); // any batch, any size that the model takes
        Session session = network.session(Workers.CALLER, new Shape(1, 3, 32, 32)); // one for each thread
        System.arraycopy(pixels, 0, session.input(0).floats(), 0, pixels.length);
        session.run(); // allocates nothing; the result is in session.output(0)
        // </readme>
        assertThat(session.output(0).copy().floats()).isEqualTo(once.floats());
        return once.floats();
    }

    @Test
    void theReadmeHasTheseLines() throws IOException {
        Path root = Path.of("..").toAbsolutePath().normalize();
        String source = Files.readString(root.resolve("signet-engine/src/test/java/dev/signet/engine/ReadmeTest.java"));
        List<String> lines = source.substring(source.indexOf("// <readme>") + 11, source.indexOf("// </readme>"))
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        assertThat(lines).hasSize(5);
        assertThat(Files.readString(root.resolve("README.md"))
                        .lines()
                        .map(String::strip)
                        .toList())
                .containsSequence(lines);
    }
}
