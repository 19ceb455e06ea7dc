package dev.signet.quantize.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.scan.GraphIndex;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenSidesTest {
    @TempDir
    private Path folder;

    /** A branch that goes down by strides and one that does not; a line of text is squeezed in height, halved in width. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 2, 4", "4, 4, 16", "2, 1, 1"})
    void theSmallestMapsTellTheReduction(int vertical, int horizontal, int expected) throws IOException {
        var model = new SmallModels()
                .input("x", 1, 1, 1, -1, -1)
                .floats("w", new float[] {1}, 1, 1, 1, 1)
                .strided("a", "x", "w", vertical, horizontal)
                .strided("b", "a", "w", vertical, horizontal)
                .strided("y", "x", "w", 1, 1)
                .output("y", 1, 1, -1, -1);
        GraphIndex graph = GraphIndex.of(ModelFile.read(model.write(folder)));
        assertThat(Reduction.of(graph)).isEqualTo(expected);
    }

    @Test
    void picturesAreLargeEnoughForTheSmallestMaps() {
        assertThat(OpenSides.candidates(false, 4).getFirst().height()).isEqualTo(96);
        assertThat(OpenSides.candidates(false, 32).getFirst().height()).isEqualTo(320);
        assertThat(OpenSides.candidates(true, 32).getFirst().height()).isEqualTo(224);
    }
}
