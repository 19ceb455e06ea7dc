package dev.signet.cli;

import static dev.signet.cli.CommandRun.signet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void quantizesEvaluatesAndReportsTheBuiltInModels() throws Exception {
        Path report = folder.resolve("demo.html");
        CommandRun run = signet("demo", "--brief", "--report", report, "--json", "-", "-q");
        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode models = new ObjectMapper().readTree(run.out()).get("models");
        assertThat(models).hasSize(3);
        JsonNode classifier = models.get(0);
        assertThat(classifier.at("/original/top1").asDouble()).isGreaterThan(85);
        for (JsonNode cell : classifier.get("cells")) {
            assertThat(cell.get("bits").asInt()).isEqualTo(2);
            assertThat(cell.get("bytes").asLong())
                    .isBetween(5_000L, classifier.at("/options/bytes").asLong() / 2);
            if (cell.get("method").asText().equals("output-aware")) {
                assertThat(cell.at("/metrics/top1").asDouble()).isGreaterThan(75);
            }
        }
        assertThat(Files.readString(report)).contains("<title>Signet demo</title>", "figures.onnx", "glass.onnx");
    }

    @Test
    void aFileThatIsNoReportIsNotReplaced() throws Exception {
        Path precious = Files.writeString(folder.resolve("notes.html"), "<title>My notes</title>");
        CommandRun run = signet("demo", "--brief", "--report", precious);
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("notes.html", "--force");
        assertThat(precious).hasContent("<title>My notes</title>");
    }
}
