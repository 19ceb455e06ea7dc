package dev.signet.engine.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the processor says that it can, where the Vector API does not tell: on Linux. Elsewhere nothing. */
final class ProcessorFlags {
    private static final Path FILE = Path.of("/proc/cpuinfo");
    private static final Set<String> FLAGS = read();

    private ProcessorFlags() {}

    /** Whether {@code flag} is among the flags of the first processor. */
    static boolean has(String flag) {
        return FLAGS.contains(flag);
    }

    private static Set<String> read() {
        if (!Files.isReadable(FILE)) {
            return Set.of();
        }
        try (var lines = Files.lines(FILE, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> Set.copyOf(List.of(
                            line.substring(line.indexOf(':') + 1).strip().split("\\s+"))))
                    .orElse(Set.of());
        } catch (IOException e) {
            return Set.of();
        }
    }
}
