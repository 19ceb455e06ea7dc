package dev.signet.onnx.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signet.onnx.OutputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a file and its folder, whatever happens. */
class OutputFileTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void whatWasThereIsLeftWhereWritingFails() throws IOException {
        Path file = Files.writeString(folder.resolve("report.html"), "before");
        assertThatThrownBy(() -> OutputFile.write(file, out -> {
                    out.write(new byte[10_000]);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(OutputException.class)
                .hasMessageContainingAll("report.html", "No space left on device");
        assertThat(file).hasContent("before");
        assertThat(names()).containsExactly("report.html");
    }

    @Test
    void aLinkStaysALinkAndPermissionsStay() throws IOException {
        Path file = Files.writeString(folder.resolve("real.html"), "before");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Path link = Files.createSymbolicLink(folder.resolve("link.html"), Path.of("real.html"));
        OutputFile.writeText(link, "after");
        assertThat(link).isSymbolicLink().hasContent("after");
        assertThat(file).hasContent("after");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));

        Path nowhere = Files.createSymbolicLink(folder.resolve("nowhere.html"), Path.of("new.html"));
        OutputFile.writeText(nowhere, "new");
        assertThat(folder.resolve("new.html")).hasContent("new");
        assertThat(nowhere).isSymbolicLink();
    }

    @Test
    void aDeviceIsWrittenTo() {
        OutputFile.check(Path.of("/dev/null"));
        OutputFile.writeText(Path.of("/dev/null"), "gone");
        assertThatThrownBy(() -> OutputFile.writeText(Path.of("/dev/full"), "x"))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("space");
    }

    @Test
    void whatCanNotBeWrittenIsKnownBefore() {
        for (Path bad : List.of(
                folder, folder.resolve("no/such/x.html"), Path.of("/proc/x.html"), folder.resolve("n".repeat(300)))) {
            assertThatThrownBy(() -> OutputFile.check(bad)).isInstanceOf(OutputException.class);
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void foldersOfKilledProcessesAreRemovedAndOthersStay() throws IOException {
        Path abandoned = old(Files.createDirectory(folder.resolve(".signet-" + "0".repeat(36))));
        Files.writeString(abandoned.resolve("half.onnx"), "half");
        old(abandoned);
        Path alive = Files.createDirectory(folder.resolve(".signet-" + "1".repeat(36)));
        Path foreign = old(Files.createDirectory(folder.resolve(".signet-settings")));
        try (FileChannel owner =
                FileChannel.open(alive.resolve(".lock"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            assertThat(owner.tryLock()).isNotNull();
            old(alive);
            OutputFile.writeText(folder.resolve("x.html"), "x");
        }
        assertThat(abandoned).doesNotExist();
        assertThat(alive).exists();
        assertThat(foreign).exists();
    }

    private static Path old(Path folder) throws IOException {
        return Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minusSeconds(3600)));
    }

    private List<String> names() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
