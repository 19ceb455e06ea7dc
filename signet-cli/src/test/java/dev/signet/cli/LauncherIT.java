package dev.signet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code signet} with the command line as it was built, on the JDK that runs the tests. */
@DisabledOnOs(OS.WINDOWS)
class LauncherIT {
    private static final List<String> PARTS = List.of("classes", "lib");

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void makeHome() throws IOException {
        Files.copy(Path.of("..", "signet"), folder.resolve("signet"));
        Files.writeString(folder.resolve("pom.xml"), "");
        Path app = Files.createDirectories(folder.resolve("signet-cli/target"));
        Files.createDirectories(folder.resolve("signet-cli/src/main"));
        for (String part : PARTS) {
            Files.createSymbolicLink(app.resolve(part), Path.of("target", part).toAbsolutePath());
        }
        // Newer than all that it was built from: the launcher builds nothing.
        Files.writeString(app.resolve("built"), "");
    }

    @AfterEach
    void removeLinks() throws IOException {
        for (String part : PARTS) {
            Files.delete(folder.resolve("signet-cli/target").resolve(part));
        }
    }

    @Test
    void runsTheDemo() throws Exception {
        Path report = folder.resolve("demo.html");
        CommandRun demo = launch("demo", "--brief", "--report", report.toString());
        assertThat(demo.exit()).as(demo.err()).isZero();
        assertThat(demo.out())
                .contains(
                        "classification of figures", "super-resolution", "style transfer", "The report, with pictures");
        assertThat(Files.readString(report)).contains("<title>Signet demo</title>");
        assertThat(demo.err()).doesNotContain("Exception", "building");
    }

    @Test
    void wrongUsageIsExitCode2AndNothingIsLeftBehind() throws Exception {
        CommandRun run = launch("quantize", "--bits", "9", "none.onnx");
        assertThat(run.exit()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains("--bits");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrder("signet", "pom.xml", "signet-cli", "out", "err");
        }
    }

    private CommandRun launch(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("bash", folder.resolve("signet").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("SIGNET_JAVA_HOME", System.getProperty("java.home"));
        builder.redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new CommandRun(
                process.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }
}
