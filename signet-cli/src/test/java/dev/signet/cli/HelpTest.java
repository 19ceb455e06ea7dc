package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
    @Test
    void nothingAskedIsHelp() {
        CommandRun run = signet();
        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Examples:", "Commands:", "signet quantize MODEL.onnx --bits 3");
        assertThat(run.out()).isEqualTo(signet("--help").out());
    }

    @Test
    void optionsStandInGroups() {
        String help = signet("quantize", "--help").out();
        assertThat(help)
                .containsSubsequence(
                        "Examples:",
                        "Size:",
                        "--bits",
                        "Quality:",
                        "--calibrate",
                        "Inputs:",
                        "--mean",
                        "Output:",
                        "--report",
                        "Advanced:",
                        "--threads")
                .doesNotContain("Default: []");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"quantize", "inspect", "convert", "evaluate", "experiment", "run", "bench", "demo", "studio"})
    void threeExamplesStandOnTopAndLinesFit(String command) {
        String help = signet("help", command).out();
        assertThat(help.lines().limit(3).toList()).anyMatch(line -> line.startsWith("Examples:"));
        assertThat(help.lines()
                        .filter(line -> line.startsWith("  signet " + command))
                        .count())
                .as(help)
                .isEqualTo(3);
        assertThat(help.lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void completionIsAScriptForTheShell() throws Exception {
        CommandRun run = signet("completion");
        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("complete -F", "quantize", "--target-size");
        Process bash =
                new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        try (var in = bash.outputWriter()) {
            in.write(run.out());
        }
        assertThat(bash.waitFor()).isZero();
    }
}
