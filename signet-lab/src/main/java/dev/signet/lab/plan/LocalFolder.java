package dev.signet.lab.plan;

import dev.signet.onnx.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of this machine, or one that is mounted there.
 *
 * @param path the folder; made when something is written
 */
public record LocalFolder(Path path) implements SweepFolder {
    private interface Writer {
        void write(Path target) throws IOException;
    }

    @Override
    public Optional<String> read(String name) {
        try {
            return Optional.of(Files.readString(path.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(name, "read", e);
        }
    }

    @Override
    public void write(String name, String text) {
        replace(name, pending -> Files.writeString(pending, text));
    }

    @Override
    public void keep(String folder, List<Path> files) {
        for (Path file : files) {
            replace(folder + "/" + file.getFileName(), pending -> Files.copy(file, pending));
        }
    }

    /** Several workers, even of different machines, may write the same file: each into a pending one of its own. */
    private void replace(String name, Writer writer) {
        Path target = path.resolve(name);
        Path pending = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
        try {
            Files.createDirectories(target.getParent());
            writer.write(pending);
            Files.move(pending, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed(name, "written", e);
        }
    }

    @Override
    public List<Path> fetch(String folder, String beginning) {
        return files(folder, beginning);
    }

    @Override
    public void delete(String folder, String beginning) {
        for (Path file : files(folder, beginning)) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw failed(file.toString(), "removed", e);
            }
        }
    }

    private List<Path> files(String folder, String beginning) {
        Path place = path.resolve(folder);
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.filter(file -> file.getFileName().toString().startsWith(beginning))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw failed(folder, "read", e);
        }
    }

    @Override
    public Set<String> names(String folder) {
        return files(folder, "").stream()
                .map(file -> file.getFileName().toString())
                .collect(Collectors.toSet());
    }

    private OutputException failed(String name, String what, IOException e) {
        return OutputException.of(
                path.resolve(name).toString(),
                "can not be " + what + ": " + e,
                "check the folder and the free space",
                e);
    }
}
