package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.quantize.image.Picture;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real models in both runtimes. */
@Tag("real")
class RealRuntimeTest {
    private static final Path ASSETS = Path.of(System.getProperty("signet.assets", ""));

    @TempDir
    Path folder;

    @Test
    void resnet20IsAsAccurateAsInOnnxRuntime() throws IOException {
        Path model = ASSETS.resolve("models/classification/resnet20-cifar10.onnx");
        Path packed = folder.resolve("resnet20-3.onnx");
        assertThat(signet("quantize", model, "--bits", 3, "--method", "alternating", "-o", packed)
                        .exit())
                .isZero();
        for (Path file : new Path[] {model, packed}) {
            assertThat(accuracy(file, "signet")).isCloseTo(accuracy(file, "onnxruntime"), within(0.02));
        }
    }

    private static double accuracy(Path model, String runtime) throws IOException {
        Path data = ASSETS.resolve("data/cifar10");
        CommandRun run = signet(
                "evaluate",
                "classification",
                model,
                "--data",
                data,
                "--limit",
                1000,
                "--runtime",
                runtime,
                "--json",
                "-");
        assertThat(run.exit()).as(run.err()).isZero();
        return new ObjectMapper()
                .readTree(run.out())
                .at("/models/0/metrics/top1")
                .asDouble();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "super-resolution/carn-m-x2",
                "super-resolution/esrgan-slim-x2",
                "super-resolution/espcn-x2",
                "super-resolution/fsrcnn-x2",
                "style-transfer/fast-style-wave"
            })
    void imageNetworksDrawTheSamePicture(String name) {
        Path model = ASSETS.resolve("models/" + name + ".onnx");
        // 125 x 93 pixels: no multiples of four.
        Picture small = Picture.read(ASSETS.resolve("data/super-resolution/Set5/x2/LR/img_003.png"))
                .crop(125, 93);
        Path input = folder.resolve("in.png");
        small.writePng(input);
        Path[] outputs = {folder.resolve("signet.png"), folder.resolve("onnxruntime.png")};
        assertThat(signet("run", model, "--input", input, "-o", outputs[0]).exit())
                .isZero();
        assertThat(signet("run", model, "--input", input, "-o", outputs[1], "--runtime", "onnxruntime")
                        .exit())
                .isZero();
        Picture ours = Picture.read(outputs[0]);
        Picture theirs = Picture.read(outputs[1]);
        int scale = name.startsWith("super-resolution") ? 2 : 1;
        assertThat(ours.width()).isEqualTo(scale * 125);
        assertThat(ours.height()).isEqualTo(scale * 93);
        int different = 0;
        for (int i = 0; i < ours.values().length; i++) {
            float difference = Math.abs(ours.values()[i] - theirs.values()[i]);
            assertThat(difference).isLessThanOrEqualTo(1);
            different += difference > 0 ? 1 : 0;
        }
        // Rounding to 8 bits may fall the other way now and then.
        assertThat((double) different / ours.values().length).isLessThan(1e-3);
    }
}
