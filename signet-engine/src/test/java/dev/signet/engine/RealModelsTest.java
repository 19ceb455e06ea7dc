package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The real models of the assets give what they give in ONNX Runtime. */
@Tag("real")
class RealModelsTest {
    static List<Path> models() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("signet.assets"), "models"))) {
            return files.filter(file -> file.toString().endsWith(".onnx"))
                    .sorted()
                    .toList();
        }
    }

    /** Inputs of two sizes, one of them odd, where the model leaves the size open. */
    static List<Shape> shapes(Network network, Path model) {
        int[] dims = network.inputDims(0);
        boolean style = model.toString().contains("style-transfer");
        return dims[2] > 0
                ? List.of(new Shape(1, dims[1], dims[2], dims[3]), new Shape(3, dims[1], dims[2], dims[3]))
                : List.of(new Shape(1, dims[1], style ? 64 : 33, 48), new Shape(2, dims[1], 20, style ? 36 : 37));
    }

    @Test
    void thereAreTen() throws IOException {
        assertThat(models()).hasSize(10);
    }

    @ParameterizedTest
    @MethodSource("models")
    void agreesWithOnnxRuntime(Path model) throws Exception {
        Network network = Network.load(model);
        byte[] bytes = Files.readAllBytes(model);
        boolean style = model.toString().contains("style-transfer");
        for (Shape shape : shapes(network, model)) {
            Tensor input = random(shape, style ? 255 : 1);
            List<Tensor> expected =
                    OnnxRuntime.run(bytes, Map.of(network.inputs().getFirst(), input));
            assertAgree(network.run(input), expected.getFirst(), 1e-4);
        }
    }

    static Tensor random(Shape shape, float scale) {
        Random random = new Random(1);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = scale * random.nextFloat();
        }
        return Tensor.of(values, shape);
    }
}
