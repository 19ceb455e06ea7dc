package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The figures of ../shared/assets/README.md, to 0.02 dB; Set14 holds a grey picture. */
@Tag("real")
class RealSuperResolutionTest {
    private static final Path ASSETS = Path.of(System.getProperty("signet.assets"));

    @ParameterizedTest
    @CsvSource({
        "carn-m-x2, Set5/x2, 37.68, 33.68",
        "carn-m-x2, Set14/x2, 33.31, 30.33",
        "esrgan-slim-x2, Set5/x2, 33.43, 33.68",
        "esrgan-slim-x2, Set14/x2, 30.17, 30.33",
        "esrgan-slim-x4, Set5/x4, 28.64, 28.43",
        "espcn-x2, Set5/x2, 34.77, 33.68",
        "espcn-x2, Set14/x2, 31.12, 30.33",
        "fsrcnn-x2, Set5/x2, 34.87, 33.68",
        "fsrcnn-x2, Set14/x2, 31.22, 30.33"
    })
    void floatModelsAndInterpolationReachWhatIsKnown(String model, String data, double psnr, double bicubic)
            throws IOException {
        CommandRun run = signet(
                "evaluate",
                "super-resolution",
                ASSETS.resolve("models/super-resolution/" + model + ".onnx"),
                "--data",
                ASSETS.resolve("data/super-resolution/" + data),
                "--json",
                "-");
        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode one = new ObjectMapper().readTree(run.out()).at("/models/0");
        assertThat(one.at("/metrics/psnr").asDouble()).isCloseTo(psnr, within(0.02));
        assertThat(one.at("/bicubic/psnr").asDouble()).isCloseTo(bicubic, within(0.02));
    }
}
