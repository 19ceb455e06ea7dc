package dev.signet.quantize.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkInputsTest {
    private static final int FLOAT = 1;
    private static final int INT64 = 7;

    @TempDir
    private Path folder;

    private List<NetworkInput> decide(SmallModels model) throws IOException {
        Path file = model.write(folder);
        OnnxModel read = ModelFile.read(file);
        try (OnnxRuntimeModel runtime = OnnxRuntimeModel.open(file, 1)) {
            return NetworkInputs.of(
                    read,
                    runtime.inputs(),
                    runtime.outputs(),
                    Map.of(),
                    InputChoices.NONE,
                    new OpenSides(96, 64, 16_000, 32));
        }
    }

    private static SmallModels convolution(SmallModels model, String input, int channels) {
        return model.floats("w", new float[4 * channels * 9], 4, channels, 3, 3)
                .node("Conv", "y", input, "w")
                .output("y", -1, 4, -1, -1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 12})
    void channelsAreThoseOfTheFirstWeights(int channels) throws IOException {
        var planar = convolution(new SmallModels().input("x", FLOAT, -1, channels, -1, -1), "x", channels);
        assertThat(decide(planar).getFirst().kind())
                .isEqualTo(new NetworkInput.Pictures(new InputLayout(0, channels, 64, 96, true)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void aLeadingTransposeMakesChannelsTheLast(int channels) throws IOException {
        var model = new SmallModels().input("x", FLOAT, -1, 20, 24, channels).transpose("t", "x", 0, 3, 1, 2);
        assertThat(decide(convolution(model, "t", channels)).getFirst().kind())
                .isEqualTo(new NetworkInput.Pictures(new InputLayout(0, channels, 24, 20, false)));
    }

    @Test
    void anOpenChannelCountIsTheWeights() throws IOException {
        NetworkInput input = decide(convolution(new SmallModels().input("x", FLOAT, 1, -1, 32, 32), "x", 4))
                .getFirst();
        assertThat(input.shape()).containsExactly(1, 4, 32, 32);
    }

    @Test
    void manyChannelsAreFeatures() throws IOException {
        NetworkInput input = decide(convolution(new SmallModels().input("x", FLOAT, 1, 32, 16, 16), "x", 32))
                .getFirst();
        assertThat(input.kind()).isEqualTo(new NetworkInput.Features(true));
    }

    @Test
    void aSecondOfSoundWithChannelsLastIsNoPictureOfOneRow() throws IOException {
        var model = new SmallModels()
                .input("x", FLOAT, -1, 43_844, 1)
                .transpose("t", "x", 0, 2, 1)
                .floats("w", new float[4 * 16], 4, 1, 16)
                .node("Conv", "y", "t", "w")
                .output("y", -1, 4, -1);
        NetworkInput input = decide(model).getFirst();
        assertThat(input.kind()).isEqualTo(new NetworkInput.Sound());
        assertThat(input.shape()).containsExactly(-1, 43_844, 1);
    }

    @Test
    void aLongVectorThatAConvolutionReadsIsSoundAndOneThatAProductReadsIsNot() throws IOException {
        var sound = new SmallModels()
                .input("x", FLOAT, 1, 1, 512)
                .floats("w", new float[4 * 16], 4, 1, 16)
                .node("Conv", "y", "x", "w")
                .output("y", 1, 4, -1);
        assertThat(decide(sound).getFirst().kind()).isEqualTo(new NetworkInput.Sound());
        var vector = new SmallModels()
                .input("x", FLOAT, 1, 512)
                .floats("w", new float[512 * 2], 512, 2)
                .node("MatMul", "y", "x", "w")
                .output("y", 1, 2);
        assertThat(decide(vector).getFirst().kind()).isEqualTo(new NetworkInput.Features(false));
    }

    @Test
    void statesComeBackAndRatesAndTokensAreNumbers() throws IOException {
        var model = new SmallModels()
                .input("x", FLOAT, 1, 1, 512)
                .input("state", FLOAT, 2, 1, 128)
                .input("sr", INT64)
                .input("ids", INT64, 1, 5)
                .floats("w", new float[4 * 16], 4, 1, 16)
                .floats("table", new float[30 * 2], 30, 2)
                .node("Conv", "y", "x", "w")
                .node("Identity", "stateN", "state")
                .node("Gather", "g", "table", "ids")
                .output("y", 1, 4, -1)
                .output("stateN", 2, 1, 128)
                .output("g", 1, 5, 2);
        List<NetworkInput> inputs = decide(model);
        assertThat(inputs.get(1).kind()).isEqualTo(new NetworkInput.State("stateN"));
        assertThat(inputs.get(2).kind()).isEqualTo(new NetworkInput.Constant(16_000));
        assertThat(inputs.get(3).kind()).isEqualTo(new NetworkInput.Tokens(30));
    }
}
