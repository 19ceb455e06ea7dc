package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.lab.demo.BuiltInModel;
import dev.signet.lab.drawing.FigureImages;
import dev.signet.lab.drawing.Split;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.task.Classification;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What quantizing costs the classifier that comes with Signet, on figures that nobody has seen. */
class BuiltInAccuracyTest {
    /** The standard error of an accuracy of 96 % on so many figures is 0.9 points. */
    private static final int FIGURES = 500;

    @TempDir
    private Path folder = Path.of("");

    private static double top1(Path model) {
        var task = new Classification(new FigureImages(Split.HELD_OUT, FIGURES), Preprocessing.CLASSIFICATION);
        try (OnnxRuntimeModel opened = OnnxRuntimeModel.open(model, 2)) {
            return Objects.requireNonNull(task.evaluate(opened, done -> {}).get(Metric.TOP1));
        }
    }

    @Test
    void theFloatModelIsGood() {
        assertThat(top1(BuiltInModel.FIGURES.copyTo(folder))).isBetween(95.0, 97.0);
    }

    /** Measured with float weights: 96.0. */
    @ParameterizedTest
    @CsvSource({"2, 94.0, .19", "3, 94.6, .23"})
    void fewBitsKeepTheAccuracy(int bits, double least, double share) throws Exception {
        Path model = BuiltInModel.FIGURES.copyTo(folder);
        Path small = folder.resolve("small.onnx");
        CommandRun run = signet("quantize", model, "--bits", bits, "-o", small, "-q");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(top1(small)).isGreaterThanOrEqualTo(least);
        assertThat((double) Files.size(small)).isLessThan(share * Files.size(model));
    }
}
