package dev.signet.train.command;

import static dev.signet.train.command.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code signet train classification} from the command line. */
class TrainCommandTest {
    private static final int RECORD = 1 + 3 * 32 * 32;

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void drawNoise() throws Exception {
        for (String name : new String[] {"data_batch_1.bin", "test_batch.bin"}) {
            byte[] records = new byte[20 * RECORD];
            new Random(3).nextBytes(records);
            for (int i = 0; i < 20; i++) {
                records[i * RECORD] = (byte) (i % 10);
            }
            Files.write(folder.resolve(name), records);
        }
    }

    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = "amd64",
            disabledReason = "PyTorch is there for Linux on x86-64 only")
    void trainsWritesAndCanBeEvaluated() {
        Path output = folder.resolve("net.onnx");
        CommandRun run = train(output);
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("epoch 1: loss ", "top1 ", "net.onnx: ", "differ from the trainer's by at most");
        assertThat(signet("evaluate", "classification", output, "--data", folder, "-q")
                        .exit())
                .isZero();

        // A finished run stays what it is, unless it is said otherwise.
        assertThat(train(output).err()).contains("net.checkpoint.npz", "--resume", "--force");
        CommandRun goal = train(output, "--force", "--goal", 101);
        assertThat(goal.exit()).isEqualTo(1);
        assertThat(goal.err()).contains("not 101.00 %");
    }

    @Test
    void wrongOptionsAreNamed() {
        Path output = folder.resolve("net.onnx");
        assertThat(train(output, "--stem", "9").exit()).isEqualTo(2);
        assertThat(train(output, "--schedule", "steps").err()).contains("one-cycle, cosine or constant");
        assertThat(train(output, "--rate", "-1").err()).contains("rate must be positive");
        assertThat(signet("train").err()).contains("What is to be trained?");
        assertThat(signet("train", "classification", "--arch", "vgg", "--data", folder, "-o", output)
                        .err())
                .contains(
                        "'vgg' is not one of",
                        "resnet20",
                        "resnet18",
                        "resnet50",
                        "signet train classification --help");
    }

    private CommandRun train(Path output, Object... more) {
        Object[] fixed = {
            "train",
            "classification",
            "--arch",
            "resnet20",
            "--stem",
            "3/2",
            "--data",
            folder,
            "--epochs",
            1,
            "--batch",
            10,
            "--threads",
            1,
            "-q",
            "-o",
            output
        };
        Object[] all = java.util.Arrays.copyOf(fixed, fixed.length + more.length);
        System.arraycopy(more, 0, all, fixed.length, more.length);
        return signet(all);
    }
}
