package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that people get wrong: what they are told says what to do, in few lines, with the exit code that the help promises. */
class OddCallsTest {
    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void write() throws IOException {
        TinyModels.write(folder.resolve("a.onnx"), TinyModels.classifier(64));
        Files.writeString(folder.resolve("notes.txt"), "hello");
        Files.writeString(folder.resolve("page.html"), "<!DOCTYPE html><p>404");
        Files.write(folder.resolve("net.pt"), new byte[] {(byte) 0x80, 4, (byte) 0x95, 11, 0, 0, 0, 0, 0, 0, 0});
        Files.write(folder.resolve("net.tflite"), new byte[] {28, 0, 0, 0, 'T', 'F', 'L', '3', 0, 0});
        Files.write(folder.resolve("empty.onnx"), new byte[0]);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // What was typed, @ for the folder | exit code | two things that are said
                "quantise @/a.onnx | 2 | no command 'quantise' | Did you mean 'quantize'?",
                "qunatize @/a.onnx | 2 | no command 'qunatize' | Did you mean 'quantize'?",
                "inspct @/a.onnx | 2 | inspct | 'inspect'",
                "eval classification | 2 | eval | 'evaluate'",
                "@/a.onnx | 2 | That is a file | signet quantize",
                "--bits 3 @/a.onnx | 2 | Unknown option: '--bits' | option of quantize",
                "quantize | 2 | MODEL.onnx | signet quantize --help",
                "quantize --bit 3 @/a.onnx | 2 | '--bit' | '--bits'",
                "quantize --calibrat photos @/a.onnx | 2 | '--calibrat' | '--calibrate'",
                "quantize --ouput b.onnx @/a.onnx | 2 | '--ouput' | '--output'",
                "quantize --reference b.onnx @/a.onnx | 2 | '--reference' | evaluate",
                "quantize @/a.onnx --bits 9 | 2 | --bits | 8",
                "quantize @/a.onnx --bits 0 | 2 | --bits | 1",
                "quantize @/a.onnx --bits three | 2 | --bits | three",
                "quantize @/a.onnx --bits 3 --target-size 10% | 2 | --bits | exclude",
                "quantize @/a.onnx --target-size big | 2 | --target-size | big",
                "quantize @/a.onnx --method best | 2 | --method | output-aware",
                "quantize @/a.onnx --format tflite | 2 | --format | packed",
                "quantize @/a.onnx --threads 0 | 2 | --threads | 1..1024",
                "quantize @/a.onnx --threads many | 2 | --threads | many",
                "quantize @/a.onnx --memory lots | 2 | --memory | lots",
                "quantize @/a.onnx --bits 3 -o @/a.onnx | 2 | a.onnx | exists",
                "quantize @/a.onnx --bits 3 --report @/no/page.html | 3 | page.html | make the folder first",
                "quantize @/nosuch.onnx | 3 | nosuch.onnx | no such file",
                "quantize @/empty.onnx | 3 | is empty | download",
                "quantize @/notes.txt | 3 | a text file | .onnx",
                "quantize @/page.html | 3 | an HTML page | download the file",
                "quantize @/net.pt | 3 | PyTorch | torch.onnx.export",
                "quantize @/net.tflite | 3 | TensorFlow Lite | tf2onnx",
                "quantize @ | 3 | is a directory | .onnx",
                "inspect @/a.onnx @/a.onnx --report @/p.html | 2 | --report | one model",
                "evaluate | 2 | Missing required | --help",
                "evaluate detection @/a.onnx --data @ | 3 | does not say what it was made of | --reference",
                "evaluate translation @/a.onnx --data @ | 2 | translation | classification",
                "evaluate classification @/a.onnx --data @/nosuch | 3 | nosuch | give a CIFAR-10",
                "experiment classification @/a.onnx --data @ --bits 2-4 | 2 | --bits | 2-4",
                "run @/a.onnx | 2 | which picture | signet run a.onnx photo.jpg",
                "run @/a.onnx @/notes.txt | 3 | notes.txt | picture",
                "run @/a.onnx @/x.jpg @/y.jpg -o @/z.png | 2 | folder | --output",
                "convert @/a.onnx | 2 | --output | --help",
                "bench @/nosuch.onnx | 3 | nosuch.onnx | no such file",
                "help quantise | 2 | quantise | signet",
            })
    void isAnswered(String call, int exit, String what, String advice) {
        CommandRun run = signet((Object[]) call.replace("@", folder.toString()).split(" "));
        assertThat(run.exit()).as(run.err()).isEqualTo(exit);
        assertThat(run.err()).containsIgnoringCase(what).contains(advice).doesNotContain("Exception", "internal error");
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).as(run.err()).hasSizeLessThanOrEqualTo(3);
    }
}
