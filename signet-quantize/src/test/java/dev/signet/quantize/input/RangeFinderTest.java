package dev.signet.quantize.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.drawn.Scene;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RangeFinderTest {
    private static final int FILTERS = 16;
    private static final int SIDE = 48;

    @TempDir
    private Path folder;

    /** A network that was trained with a range, as far as its first layer goes: its normalization holds what came out there. */
    @ParameterizedTest
    @EnumSource(names = {"UNIT", "BYTES", "BYTES_CENTRED", "TINY", "IMAGENET"})
    void storedStatisticsTellTheRange(ValueRange range) throws IOException {
        float[] weights = weights();
        double[][] moments = moments(range, weights);
        float[] mean = new float[FILTERS];
        float[] variance = new float[FILTERS];
        float[] ones = new float[FILTERS];
        for (int f = 0; f < FILTERS; f++) {
            mean[f] = (float) moments[0][f];
            variance[f] = (float) moments[1][f];
            ones[f] = 1;
        }
        var model = new SmallModels()
                .input("x", 1, 1, 3, SIDE, SIDE)
                .floats("w", weights, FILTERS, 3, 3, 3)
                .floats("one", ones, FILTERS)
                .floats("zero", new float[FILTERS], FILTERS)
                .floats("mean", mean, FILTERS)
                .floats("variance", variance, FILTERS)
                .node("Conv", "c", "x", "w")
                .node("BatchNormalization", "n", "c", "one", "zero", "mean", "variance")
                .node("Relu", "y", "n")
                .output("y", 1, FILTERS, -1, -1);
        assertThat(found(model).ranges().getFirst()).isEqualTo(range);
        assertThat(found(model.asConstantNodes()).ranges().getFirst()).isEqualTo(range);
    }

    /** The same folded: the bias takes back the mean, the weights the deviation. */
    @ParameterizedTest
    @EnumSource(names = {"UNIT", "BYTES"})
    void aFoldedFirstLayerTellsTheRange(ValueRange range) throws IOException {
        float[] weights = weights();
        double[][] moments = moments(range, weights);
        float[] bias = new float[FILTERS];
        var random = new SplittableRandom(9);
        for (int f = 0; f < FILTERS; f++) {
            double deviation = Math.sqrt(moments[1][f]);
            for (int i = 0; i < 27; i++) {
                weights[f * 27 + i] /= (float) deviation;
            }
            bias[f] = (float) (-moments[0][f] / deviation + 0.2 * random.nextGaussian());
        }
        var model = new SmallModels()
                .input("x", 1, 1, 3, SIDE, SIDE)
                .floats("w", weights, FILTERS, 3, 3, 3)
                .floats("b", bias, FILTERS)
                .node("Conv", "c", "x", "w", "b")
                .node("Relu", "y", "c")
                .output("y", 1, FILTERS, -1, -1);
        assertThat(found(model).ranges()).contains(range);
    }

    private RangeChoice found(SmallModels model) throws IOException {
        Path file = model.write(folder);
        OnnxModel read = ModelFile.read(file);
        var layout = new InputLayout(1, 3, SIDE, SIDE, true);
        try (OnnxRuntimeModel runtime = OnnxRuntimeModel.open(file, 1)) {
            var input = new NetworkInput(
                    runtime.inputs().getFirst(), new long[] {1, 3, SIDE, SIDE}, new NetworkInput.Pictures(layout));
            return new RangeFinder(read, runtime.outputs(), 1).of(input, layout, batch -> new LinkedHashMap<>());
        }
    }

    /** Filters that see the mean: about half of a filter is common to its weights. */
    private static float[] weights() {
        var random = new SplittableRandom(4);
        float[] weights = new float[FILTERS * 27];
        for (int f = 0; f < FILTERS; f++) {
            double common = 0.3 * random.nextGaussian();
            for (int i = 0; i < 27; i++) {
                weights[f * 27 + i] = (float) (common + 0.2 * random.nextGaussian());
            }
        }
        return weights;
    }

    /** Mean and variance of what the convolution gives for pictures of a range. */
    private double[][] moments(ValueRange range, float[] weights) throws IOException {
        var model = new SmallModels()
                .input("x", 1, 1, 3, SIDE, SIDE)
                .floats("w", weights, FILTERS, 3, 3, 3)
                .node("Conv", "y", "x", "w")
                .output("y", 1, FILTERS, -1, -1);
        var layout = new InputLayout(1, 3, SIDE, SIDE, true);
        double[] sum = new double[FILTERS];
        double[] squares = new double[FILTERS];
        double count = 0;
        try (OnnxRuntimeModel runtime = OnnxRuntimeModel.open(model.write(folder), 1)) {
            for (int n = 0; n < 40; n++) {
                float[] values = new float[layout.imageLength()];
                layout.write(Scene.draw(SIDE, SIDE, new SplittableRandom(1000 + n)), range.preprocessing(), values, 0);
                Tensor output = runtime.run(values, 1, 3, SIDE, SIDE);
                int plane = output.values().length / FILTERS;
                for (int i = 0; i < output.values().length; i++) {
                    sum[i / plane] += output.values()[i];
                    squares[i / plane] += output.values()[i] * output.values()[i];
                }
                count += plane;
            }
        }
        for (int f = 0; f < FILTERS; f++) {
            sum[f] /= count;
            squares[f] = squares[f] / count - sum[f] * sum[f];
        }
        return new double[][] {sum, squares};
    }
}
