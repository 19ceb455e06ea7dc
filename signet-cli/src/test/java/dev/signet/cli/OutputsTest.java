package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.testkit.TinyModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No command writes over what it reads, nor one output over another, nor over what is somebody else's. */
class OutputsTest {
    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");
    private byte[] bytes = {};

    @BeforeEach
    void writeModel() throws IOException {
        model = TinyModels.write(folder.resolve("m.onnx"), TinyModels.classifier(32));
        bytes = Files.readAllBytes(model);
        Files.createDirectory(folder.resolve("sub"));
        Files.createSymbolicLink(folder.resolve("soft.onnx"), model);
        Files.createLink(folder.resolve("hard.onnx"), model);
        Files.createSymbolicLink(folder.resolve("linked"), folder);
    }

    @ParameterizedTest
    @CsvSource({
        "quantize m.onnx -o q.onnx, --report",
        "quantize m.onnx -o q.onnx, --json",
        "quantize m.onnx, -o",
        "inspect m.onnx, --report",
        "inspect m.onnx, --json",
        "evaluate classification m.onnx --data sub, --json",
        "experiment classification m.onnx --data sub, --json",
        "experiment classification m.onnx --data sub, --report",
        "run m.onnx --input m.onnx, --json",
        "bench m.onnx, --json",
    })
    void anInputIsNeverReplacedByWhateverName(String command, String option) throws IOException {
        for (String name : List.of("m.onnx", "sub/../m.onnx", "soft.onnx", "hard.onnx", "linked/m.onnx")) {
            CommandRun run = inFolder(command + " --force " + option + " " + name);
            assertThat(run.exit()).as(name + ": " + run.err()).isEqualTo(3);
            assertThat(run.err().lines()).singleElement().asString().contains(name);
            assertThat(model).hasBinaryContent(bytes);
            assertThat(folder.resolve("q.onnx")).doesNotExist();
        }
    }

    @Test
    void noOutputReplacesAnother() {
        for (String outputs : List.of(
                "-o q.onnx --report q.onnx",
                "-o q.onnx --json sub/../q.onnx",
                "-o q.onnx --report p.html --json linked/p.html",
                "-o q.onnx --importance l1 --save-importance q.onnx")) {
            CommandRun run = inFolder("quantize m.onnx --force " + outputs);
            assertThat(run.exit()).as(run.err()).isEqualTo(3);
            assertThat(folder.resolve("q.onnx")).doesNotExist();
        }
    }

    @Test
    void whatIsSomebodyElsesNeedsForce() throws IOException {
        Path notes = Files.writeString(folder.resolve("notes.html"), "<h1>Mine</h1>");
        CommandRun refused = inFolder("inspect m.onnx --report notes.html");
        assertThat(refused.exit()).isEqualTo(3);
        assertThat(refused.err()).contains("notes.html", "--force");
        assertThat(notes).hasContent("<h1>Mine</h1>");
        assertThat(inFolder("inspect m.onnx --report notes.html --force").exit())
                .isZero();
        // Now it is Signet's.
        assertThat(inFolder("inspect m.onnx --report notes.html").exit()).isZero();
        assertThat(inFolder("inspect m.onnx --json a.json").exit()).isZero();
        assertThat(inFolder("inspect m.onnx --json a.json").exit()).isZero();
        Files.writeString(folder.resolve("package.json"), "{\"name\": \"x\"}");
        assertThat(inFolder("inspect m.onnx --json package.json").exit()).isEqualTo(3);
    }

    @Test
    void valuesInOtherFilesAreInputs() throws IOException {
        Path external = TinyModels.write(
                folder.resolve("e.onnx"), TinyModels.withExternalWeights(TinyModels.classifier(32), "weights.bin"));
        Path weights = Files.write(folder.resolve("weights.bin"), new byte[200_000]);
        CommandRun run = signet("inspect", external, "--json", weights, "--force");
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("holds values of the model");
        assertThat(weights).hasSize(200_000);
    }

    @Test
    void aFullStdoutIsExitCode3() {
        var err = new StringWriter();
        var full = new PrintWriter(new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        assertThat(Main.execute(full, new PrintWriter(err), "inspect", model.toString()))
                .isEqualTo(3);
        assertThat(err.toString()).contains("stdout: can not be written");
    }

    private CommandRun inFolder(String command) {
        List<Object> arguments = new ArrayList<>();
        for (String word : command.split(" ", -1)) {
            boolean isFile = word.matches(".*\\.(onnx|html|json)|sub");
            arguments.add(isFile ? folder + "/" + word : word);
        }
        return signet(arguments.toArray());
    }
}
