package dev.signet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.engine.operator.Operators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/operators.md lists the operators that there are. */
class OperatorsTest {
    @Test
    void theDocumentIsTrue() throws IOException {
        List<String> listed;
        try (var lines = Files.lines(Path.of("../docs/operators.md"))) {
            listed = lines.filter(line -> line.startsWith("- "))
                    .map(line -> line.substring(2))
                    .toList();
        }
        assertThat(listed).isEqualTo(Operators.names());
    }
}
