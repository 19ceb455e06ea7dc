package dev.signet.spark;

import dev.signet.lab.plan.Sources;
import dev.signet.onnx.InputException;
import dev.signet.onnx.OutputException;
import dev.signet.onnx.file.ExternalData;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.store.WorkFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.jspecify.annotations.Nullable;

/**
 * Files of one executor: those of its machine, shared storage that is mounted there among them, are used where they are; those of
 * other file systems are copied into a folder of the executor, once each, whoever asks.
 */
final class LocalCopies implements Sources, AutoCloseable {
    private final Configuration configuration;
    private final WorkFolder folder = WorkFolder.temporary();
    private final Map<String, Path> copies = new ConcurrentHashMap<>();

    LocalCopies(Configuration configuration) {
        this.configuration = configuration;
    }

    private interface Copy {
        void to(Path target) throws IOException;
    }

    @Override
    public Path model(String location) {
        return local(location, target -> {
            var remote = new org.apache.hadoop.fs.Path(location);
            FileSystem files = remote.getFileSystem(configuration);
            copy(files, remote, target);
            // External data lie beside the model; ExternalData refuses names that lead elsewhere.
            for (Path data : ExternalData.of(ModelFile.read(target)).files()) {
                Path inside = Objects.requireNonNull(target.getParent()).relativize(data);
                Files.createDirectories(Objects.requireNonNull(data.getParent()));
                copy(files, new org.apache.hadoop.fs.Path(remote.getParent(), inside.toString()), data);
            }
        });
    }

    @Override
    public Path data(String location) {
        return local(location, target -> {
            var remote = new org.apache.hadoop.fs.Path(location);
            copy(remote.getFileSystem(configuration), remote, target);
        });
    }

    /** A file of the sweep's folder. */
    Path file(org.apache.hadoop.fs.Path path) {
        return data(path.toString());
    }

    /** Removes the copy of a file that is gone. */
    void forget(org.apache.hadoop.fs.Path path) {
        Path copy = copies.remove(path.toString());
        if (copy != null && copy.startsWith(folder.path())) {
            try {
                Files.deleteIfExists(copy);
            } catch (IOException e) {
                throw OutputException.of(copy.toString(), "can not be removed: " + e, "remove it by hand", e);
            }
        }
    }

    @Override
    public String stamp(String location) {
        try {
            var path = new org.apache.hadoop.fs.Path(location);
            FileStatus status = path.getFileSystem(configuration).getFileStatus(path);
            return status.getLen() + " bytes of " + status.getModificationTime();
        } catch (IOException | IllegalArgumentException e) {
            return "absent";
        }
    }

    private Path local(String location, Copy copy) {
        Path here = here(location);
        return here != null ? here : copies.computeIfAbsent(location, key -> fetch(key, copy));
    }

    private static @Nullable Path here(String location) {
        if (location.startsWith("file:")) {
            return Path.of(URI.create(location).getPath());
        }
        return location.contains("://") ? null : Path.of(location);
    }

    private Path fetch(String location, Copy copy) {
        // Two files of one name are two files; each lies in a folder of its own, as external data may lie beside it.
        Path own = folder.path()
                .resolve(HexFormat.of().toHexDigits(copies.size()) + "-" + Integer.toHexString(location.hashCode()));
        Path target = own.resolve(new org.apache.hadoop.fs.Path(location).getName());
        try {
            Files.createDirectories(own);
            copy.to(target);
            return target;
        } catch (IOException e) {
            throw InputException.of(location, "can not be fetched: " + e, "check that all workers reach it", e);
        }
    }

    private static void copy(FileSystem files, org.apache.hadoop.fs.Path from, Path to) throws IOException {
        if (files.getFileStatus(from).isDirectory()) {
            Files.createDirectories(to);
            for (FileStatus status : files.listStatus(from)) {
                copy(files, status.getPath(), to.resolve(status.getPath().getName()));
            }
            return;
        }
        try (var stream = files.open(from)) {
            Files.copy(stream, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Where copies lie. */
    Path folder() {
        return folder.path();
    }

    @Override
    public void close() {
        folder.close();
    }
}
