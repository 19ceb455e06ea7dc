package dev.signet.train.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signet.lab.drawing.Artwork;
import dev.signet.lab.drawing.Scenes;
import dev.signet.lab.drawing.Split;
import dev.signet.onnx.InputException;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.train.graph.TorchEngine;
import dev.signet.train.loop.EpochReport;
import dev.signet.train.loop.TrainingFiles;
import dev.signet.train.loop.TrainingListener;
import dev.signet.train.network.EnlargingNetwork;
import dev.signet.train.network.ResNet;
import dev.signet.train.network.StylizingNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Tiny runs on a folder of pictures, to the checked file. */
@EnabledIf("dev.signet.train.picture.PictureTrainingTest#isSupported")
class PictureTrainingTest {
    @TempDir
    private static Path pictures = Path.of("");

    @TempDir
    private Path folder = Path.of("");

    static boolean isSupported() {
        return TorchEngine.isSupported();
    }

    @BeforeAll
    static void drawPictures() {
        var scenes = new Scenes(Split.TRAINING, 48, 40);
        for (int i = 0; i < 6; i++) {
            scenes.picture(i).writePng(pictures.resolve("scene%d.png".formatted(i)));
        }
    }

    private interface Run {
        Result run(TrainingFiles files, TrainingListener listener);
    }

    private static Run enlarging() {
        var training =
                new EnlargingTraining(new EnlargingNetwork(8, 1), pictures, new PictureRecipe(2, 20, 4, 16, 0.01, 3));
        return (files, listener) -> training.run(files, 1, listener);
    }

    private static Run stylizing() {
        var training = new StyleTraining(
                new StylizingNetwork(4, 1),
                pictures,
                Artwork.GLASS.picture(48, 48),
                "glass",
                ResNet.named("resnet8x4", ResNet.Stem.FULL).build("features", 32, 10, 1),
                new PictureRecipe(2, 15, 2, 32, 0.01, 3),
                new StyleWeights(1, 2, 0.5));
        return (files, listener) -> training.run(files, 1, listener);
    }

    private TrainingFiles files(String name, boolean resume) {
        return new TrainingFiles(
                folder.resolve(name + ".onnx"), true, folder.resolve(name + ".npz"), resume, Duration.ofMinutes(10));
    }

    @Test
    void aNetworkLearnsToEnlarge() {
        Result result = enlarging().run(files("x2", false), TrainingListener.NONE);
        List<EpochReport> curve = result.curve();
        assertThat(curve).hasSize(2);
        assertThat(curve.getLast().loss()).isLessThan(curve.getFirst().loss());
        assertThat(curve.getLast().metrics()).containsOnlyKeys("psnr", "bicubic");
        // Nearest neighbours, as which it begins, are worse than bicubic by decibels.
        double bicubic = curve.getLast().metrics().getOrDefault("bicubic", Double.NaN);
        assertThat(curve.getLast().metrics().get("psnr")).isGreaterThan(bicubic - 2);
        assertThat(result.file().maxDifference()).isLessThan(1e-5);
        assertThat(shape(result, 1, 3, 10, 14)).containsExactly(1, 3, 20, 28);
    }

    @Test
    void aNetworkLearnsAStyle() {
        Result result = stylizing().run(files("style", false), TrainingListener.NONE);
        List<EpochReport> curve = result.curve();
        assertThat(curve.getLast().loss()).isLessThan(curve.getFirst().loss());
        assertThat(curve.getLast().metrics()).containsOnlyKeys("style", "content");
        assertThat(result.file().maxDifference()).isLessThan(1e-3);
        assertThat(shape(result, 1, 3, 12, 20)).containsExactly(1, 3, 12, 20);
    }

    private static long[] shape(Result result, long... input) {
        int length = (int) (input[0] * input[1] * input[2] * input[3]);
        try (OnnxRuntimeModel model = OnnxRuntimeModel.open(result.file().path(), 1)) {
            Tensor output = model.run(new float[length], input);
            return output.shape();
        }
    }

    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Test
    void anInterruptedRunGivesTheSameFile() throws IOException {
        for (Run run : List.of(enlarging(), stylizing())) {
            run.run(files("whole", false), TrainingListener.NONE);
            assertThatThrownBy(() -> run.run(files("parts", false), new TrainingListener() {
                        @Override
                        public void step(StepReport report) {}

                        @Override
                        public void epoch(EpochReport report) {
                            throw new Interrupted();
                        }
                    }))
                    .isInstanceOf(Interrupted.class);
            assertThat(folder.resolve("parts.onnx")).doesNotExist();
            Result resumed = run.run(files("parts", true), TrainingListener.NONE);
            assertThat(resumed.curve()).hasSize(2);
            assertThat(Files.readAllBytes(folder.resolve("parts.onnx")))
                    .isEqualTo(Files.readAllBytes(folder.resolve("whole.onnx")));
            Files.delete(folder.resolve("parts.onnx"));
        }
    }

    @Test
    void foldersThatCanNotBeLearntFromAreRefused() throws IOException {
        Path single = Files.createDirectory(folder.resolve("single"));
        Artwork.GLASS.picture(32, 32).writePng(single.resolve("a.png"));
        assertThatThrownBy(() -> PictureSets.open(single))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("one picture only");
        assertThatThrownBy(() -> PatchPool.of(PictureSets.open(pictures).training(), 64))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("64 x 64");
    }

    @Test
    void heldOutPicturesAreNotLearntFrom() {
        PictureSets sets = PictureSets.open(pictures);
        assertThat(sets.heldOut().names()).containsExactly("scene0.png");
        assertThat(sets.training().names())
                .hasSize(5)
                .doesNotContainAnyElementsOf(sets.heldOut().names());
    }
}
