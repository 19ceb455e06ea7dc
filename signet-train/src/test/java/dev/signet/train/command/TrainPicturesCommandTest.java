package dev.signet.train.command;

import static dev.signet.train.command.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.lab.drawing.Scenes;
import dev.signet.lab.drawing.Split;
import dev.signet.quantize.image.Picture;
import dev.signet.train.graph.TorchEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf("dev.signet.train.command.TrainPicturesCommandTest#isSupported")
class TrainPicturesCommandTest {
    @TempDir
    private static Path pictures = Path.of("");

    @TempDir
    private Path folder = Path.of("");

    static boolean isSupported() {
        return TorchEngine.isSupported();
    }

    @BeforeAll
    static void drawPictures() {
        var scenes = new Scenes(Split.TRAINING, 40, 40);
        for (int i = 0; i < 3; i++) {
            scenes.picture(i).writePng(pictures.resolve("scene%d.png".formatted(i)));
        }
    }

    private CommandRun train(String what, String output, Object... more) {
        List<Object> all = new ArrayList<>(List.of("train", what, "--data", pictures, "-o", folder.resolve(output)));
        all.addAll(List.of("--epochs", 1, "--steps", 2, "--batch", 1, "--threads", 1, "-q"));
        all.addAll(List.of(more));
        if (!all.contains("--patch")) {
            all.addAll(List.of("--patch", 16));
        }
        return signet(all.toArray());
    }

    @Test
    void aTrainedNetworkEnlargesPictures() {
        CommandRun run = train("super-resolution", "x2.onnx", "--channels", 4, "--blocks", 1);
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .containsPattern("epoch 1: loss 0\\.[0-9]+, psnr [0-9.]+, bicubic [0-9.]+, [0-9]+ s")
                .contains("ONNX Runtime's outputs differ from the trainer's by at most");
        Path larger = folder.resolve("larger.png");
        CommandRun use =
                signet("run", folder.resolve("x2.onnx"), "--input", pictures.resolve("scene0.png"), "--output", larger);
        assertThat(use.exit()).as(use.err()).isZero();
        assertThat(Picture.read(larger).width()).isEqualTo(80);

        assertThat(train("super-resolution", "x2.onnx").exit()).isEqualTo(3);
    }

    @Test
    void aStyleIsLearntWithTheBuiltInClassifier() {
        CommandRun run =
                train("style", "style.onnx", "--style", pictures.resolve("scene1.png"), "--channels", 2, "--blocks", 1);
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(run.out()).containsPattern("epoch 1: loss [0-9.]+, style [0-9.]+, content [0-9.]+");
    }

    @Test
    void whatCanNotBeTrainedIsToldBeforehand() {
        assertThat(train("style", "s.onnx", "--style", folder.resolve("none.png"))
                        .exit())
                .isEqualTo(3);
        CommandRun odd = train("super-resolution", "s.onnx", "--patch", 18);
        assertThat(odd.exit()).isEqualTo(2);
        CommandRun negative = train("style", "s.onnx", "--style-weight", -1);
        assertThat(negative.exit()).isEqualTo(2);
        assertThat(negative.err()).contains("must not be negative");
        assertThat(folder.resolve("s.onnx")).doesNotExist();
    }
}
