package dev.signet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.onnx.store.WorkFolder;
import dev.signet.testkit.TinyModels;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Systems that lack what a process usually has, and processes that are told to end. */
@DisabledOnOs(OS.WINDOWS)
class EnvironmentTest {
    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");
    private Path output = Path.of("");

    @BeforeEach
    void writeModel() throws IOException {
        model = TinyModels.write(folder.resolve("tiny.onnx"), TinyModels.classifier(32));
        output = folder.resolve("q.onnx");
    }

    private CommandRun quantize(String setUp) throws Exception {
        return CommandRun.inProcess(
                setUp, "quantize", model, "-o", output, "--bits", "2", "--method", "greedy", "--quiet");
    }

    private void isOneLineAndNoFile(CommandRun run) throws IOException {
        assertThat(run.exit()).as(run.err()).isEqualTo(3);
        assertThat(run.err().lines().filter(line -> !line.startsWith("WARNING") && !line.startsWith("NOTE")))
                .singleElement()
                .asString()
                .startsWith("signet: ");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(model);
        }
    }

    @Test
    void withoutAFolderForTemporaryFilesOneLineSaysWhichAndWhat() throws Exception {
        CommandRun run = quantize("export JDK_JAVA_OPTIONS=-Djava.io.tmpdir=" + folder + "/none");
        isOneLineAndNoFile(run);
        assertThat(run.err()).contains(folder + "/none", "temporary", "tmpdir");
    }

    @Test
    void withTooFewOpenFilesOneLineSaysSo() throws Exception {
        CommandRun run = quantize("ulimit -n 20");
        isOneLineAndNoFile(run);
        assertThat(run.err()).containsAnyOf("ulimit -n", "open files");
    }

    @Test
    void withoutAHomeAllIsAsEver() throws Exception {
        CommandRun run = quantize("unset HOME");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(output).exists();
    }

    /** The hooks of a library, such as ONNX Runtime's, would free what other threads use: they are not run. */
    @Test
    void aProcessThatIsToldToEndRemovesItsFoldersAndRunsNoHook() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Busy.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).isEqualTo("busy");
            assertThat(folder.toFile().list()).hasSize(2);
            process.toHandle().destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(out.readLine()).isNull();
        }
        assertThat(process.exitValue()).isEqualTo(128 + 15);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.toList()).isEqualTo(List.of(model));
        }
    }

    /** Has a folder with a file in a folder in it. */
    static final class Busy {
        private Busy() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("a hook ran")));
            Interrupt.install();
            Path folder = WorkFolder.in(Path.of(args[0])).path();
            Files.writeString(Files.createDirectory(folder.resolve("inside")).resolve("file"), "something");
            System.out.println("busy");
            Thread.sleep(60_000);
        }
    }
}
