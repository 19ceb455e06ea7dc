package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The command line without its plug-ins: none of them is on this module's class path. */
class CommandPluginTest {
    @Test
    void aMissingPluginSaysWhatToAdd() {
        CommandRun run = signet("train", "classification", "--arch", "resnet20", "-o", "x.onnx");
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).singleElement().asString().contains("signet-train", "PyTorch", "mvn", "./signet");
    }

    @Test
    void theHelpSaysThatItIsMissing() {
        CommandRun run = signet("--help");
        assertThat(run.exit()).isZero();
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("train Trains networks", "Not installed: needs signet-train.")
                .contains("sweep Runs a plan", "Not installed: needs signet-spark.");
    }
}
