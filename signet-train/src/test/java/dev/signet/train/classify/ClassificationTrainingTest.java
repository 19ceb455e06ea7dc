package dev.signet.train.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signet.lab.dataset.LabelledImages;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.task.Classification;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.ModelFile;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.train.loop.Schedule;
import dev.signet.train.loop.TrainingFiles;
import dev.signet.train.loop.TrainingListener;
import dev.signet.train.network.ResNet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on images that are drawn here. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "PyTorch is there for Linux on x86-64 only")
class ClassificationTrainingTest {
    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void drawImages() throws Exception {
        TinyCifar.write(folder.resolve("data_batch_1.bin"), 96, 1);
        TinyCifar.write(folder.resolve("test_batch.bin"), 50, 2);
    }

    @Test
    void learnsToTellColours() {
        ClassificationTraining.Result result = train("a.onnx", 3, false, TrainingListener.NONE);
        assertThat(result.curve()).hasSize(3);
        double last = result.curve().getLast().metrics().getOrDefault("top1", 0.0);
        assertThat(last).isGreaterThan(60);
        assertThat(result.curve().getLast().loss())
                .isLessThan(result.curve().getFirst().loss());
        assertThat(result.file().maxDifference()).isLessThan(1e-4);
        // The file itself, in ONNX Runtime and through the evaluation that
        // everybody uses, is as good as the trainer says.
        var task = new Classification(LabelledImages.open(folder, 0), Preprocessing.CLASSIFICATION);
        try (OnnxRuntimeModel runtime = OnnxRuntimeModel.open(folder.resolve("a.onnx"), 1)) {
            assertThat(task.evaluate(runtime, done -> {})).containsEntry(Metric.TOP1, last);
        }
    }

    @Test
    void normalizationIsKeptAndProvenanceTold() {
        train("a.onnx", 1, false, TrainingListener.NONE);
        var proto = ModelFile.read(folder.resolve("a.onnx")).proto();
        assertThat(proto.getGraph().getNodeList())
                .filteredOn(n -> n.getOpType().equals("BatchNormalization"))
                .hasSize(21);
        assertThat(proto.getMetadataPropsList().toString()).contains("classification resnet20 stem=3/2", "seed=5");
    }

    @Test
    void resumedIsAsIfNeverInterrupted() throws Exception {
        train("whole.onnx", 2, false, TrainingListener.NONE);
        // Power fails in the middle of each epoch.
        for (int[] end : new int[][] {{0, 1}, {1, 0}}) {
            assertThatThrownBy(() -> train("parts.onnx", 2, end[0] > 0, stoppedAt(end[0], end[1])))
                    .isInstanceOf(PowerFailure.class);
            assertThat(folder.resolve("parts.onnx")).doesNotExist();
        }
        ClassificationTraining.Result parts = train("parts.onnx", 2, true, TrainingListener.NONE);
        assertThat(parts.curve()).hasSize(2);
        assertThat(folder.resolve("parts.onnx")).hasSameBinaryContentAs(folder.resolve("whole.onnx"));
    }

    @Test
    void anotherSeedIsAnotherNetwork() throws Exception {
        train("a.onnx", 1, false, TrainingListener.NONE);
        byte[] first = Files.readAllBytes(folder.resolve("a.onnx"));
        new ClassificationTraining(settings(1, 6)).run(files("b.onnx", false), 1, TrainingListener.NONE);
        assertThat(Files.readAllBytes(folder.resolve("b.onnx"))).isNotEqualTo(first);
    }

    @Test
    void aCheckpointOfAnotherRecipeIsRefused() {
        train("a.onnx", 1, false, TrainingListener.NONE);
        assertThatThrownBy(() -> new ClassificationTraining(settings(2, 5))
                        .run(
                                new TrainingFiles(
                                        folder.resolve("b.onnx"),
                                        false,
                                        folder.resolve("a.onnx.npz"),
                                        true,
                                        Duration.ZERO),
                                1,
                                TrainingListener.NONE))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("another run");
    }

    @Test
    void aFolderWithoutImagesIsRefused() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> ImageSet.training(empty, 0))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("data_batch_1.bin");
    }

    private static final class PowerFailure extends RuntimeException {
        @java.io.Serial
        private static final long serialVersionUID = 1;
    }

    private static TrainingListener stoppedAt(int epoch, int step) {
        boolean[] saved = new boolean[1];
        return new TrainingListener() {
            @Override
            public void step(StepReport report) {
                // The checkpoint of a step is written after it was reported: fail at the next one.
                if (saved[0]) {
                    throw new PowerFailure();
                }
                saved[0] = report.epoch() == epoch && report.step() == step;
            }

            @Override
            public void epoch(dev.signet.train.loop.EpochReport report) {}
        };
    }

    private ClassificationTraining.Result train(String output, int epochs, boolean resume, TrainingListener listener) {
        return new ClassificationTraining(settings(epochs, 5)).run(files(output, resume), 1, listener);
    }

    private TrainingFiles files(String output, boolean resume) {
        return new TrainingFiles(folder.resolve(output), false, folder.resolve(output + ".npz"), resume, Duration.ZERO);
    }

    private ClassificationTraining.Settings settings(int epochs, long seed) {
        return new ClassificationTraining.Settings(
                "resnet20",
                new ResNet.Stem(3, 2),
                folder,
                0,
                new ClassificationRecipe(16, 0.1, 2, 16, 0.5, epochs, seed),
                new ClassificationTraining.Descent(Schedule.ONE_CYCLE, 0.1, 0.9, 5e-4));
    }

    @Test
    void namesOfNetworksAreChecked() {
        assertThatThrownBy(() -> ResNet.named("resnet19", ResNet.Stem.FULL)).hasMessageContaining("resnet50");
        assertThatThrownBy(() -> ResNet.Stem.parse("3x3")).hasMessageContaining("KERNEL/STRIDE");
        for (String name : List.of("resnet20", "resnet18", "resnet50")) {
            assertThat(ResNet.named(name, ResNet.Stem.FULL)
                            .build(name, 32, 10, 0)
                            .proto()
                            .getSerializedSize())
                    .isPositive();
        }
    }
}
