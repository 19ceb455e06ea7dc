package dev.signet.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.signet.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignetTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void oneCallMakesAModelSmallAndTheVerdictSaysHow() throws IOException {
        Path in = TinyModels.write(folder.resolve("in.onnx"), TinyModels.classifier(64));
        Path out = folder.resolve("out.onnx");
        QuantizeReport report = Signet.quantize(in, out, 3);
        assertThat(Files.size(out)).isEqualTo(report.bytesAfter()).isLessThan(Files.size(in));
        Verdict verdict = Verdict.of(report);
        assertThat(verdict.text())
                .contains("x smaller (", ", verified", " dB above the noise")
                .doesNotContain("\n");
        assertThat(verdict.level() == Verdict.Level.GOOD)
                .isEqualTo(verdict.advice().isEmpty());
    }

    @Test
    void bitsAreOneToEight() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Signet.quantize(folder.resolve("in.onnx"), folder.resolve("out.onnx"), 9));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "999, 999 bytes",
        "1000, 1.0 kB",
        "473700, 474 kB",
        "999499, 999 kB",
        "6718260, 6.7 MB",
        "999999999, 1.0 GB"
    })
    void sizesAsPeopleSayThem(long bytes, String text) {
        assertThat(Verdict.size(bytes)).isEqualTo(text);
    }
}
