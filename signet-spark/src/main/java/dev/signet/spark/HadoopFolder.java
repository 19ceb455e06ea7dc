package dev.signet.spark;

import dev.signet.lab.plan.SweepFolder;
import dev.signet.onnx.OutputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/** A sweep's folder on a file system that Hadoop knows. */
final class HadoopFolder implements SweepFolder {
    private final Path root;
    private final FileSystem files;
    private final LocalCopies copies;

    HadoopFolder(String location, Configuration configuration, LocalCopies copies) {
        this.root = new Path(location);
        this.copies = copies;
        try {
            this.files = root.getFileSystem(configuration);
        } catch (IOException e) {
            throw OutputException.of(location, "is of no file system that is there: " + e, "check --output", e);
        }
    }

    private interface Writer {
        void write(OutputStream stream) throws IOException;
    }

    @Override
    public Optional<String> read(String name) {
        try (InputStream stream = files.open(new Path(root, name))) {
            return Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(name, "read", e);
        }
    }

    @Override
    public void write(String name, String text) {
        replace(name, stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void keep(String folder, List<java.nio.file.Path> local) {
        for (java.nio.file.Path file : local) {
            replace(folder + "/" + file.getFileName(), stream -> Files.copy(file, stream));
        }
    }

    /** Several workers may write the same file: each into a pending one of its own. */
    private void replace(String name, Writer writer) {
        Path target = new Path(root, name);
        Path pending = new Path(target.getParent(), "_" + target.getName() + "." + UUID.randomUUID());
        try {
            try (OutputStream stream = files.create(pending)) {
                writer.write(stream);
            }
            FileContext.getFileContext(files.getUri(), files.getConf()).rename(pending, target, Rename.OVERWRITE);
        } catch (IOException e) {
            throw failed(name, "written", e);
        }
    }

    @Override
    public List<java.nio.file.Path> fetch(String folder, String beginning) {
        List<java.nio.file.Path> local = new ArrayList<>();
        for (FileStatus status : list(folder, beginning)) {
            local.add(copies.file(status.getPath()));
        }
        return local;
    }

    @Override
    public void delete(String folder, String beginning) {
        for (FileStatus status : list(folder, beginning)) {
            try {
                files.delete(status.getPath(), false);
                copies.forget(status.getPath());
            } catch (IOException e) {
                throw failed(status.getPath().toString(), "removed", e);
            }
        }
    }

    @Override
    public Set<String> names(String folder) {
        Set<String> names = new HashSet<>();
        list(folder, "").forEach(status -> names.add(status.getPath().getName()));
        return names;
    }

    private List<FileStatus> list(String folder, String beginning) {
        try {
            return List.of(files.listStatus(
                    new Path(root, folder), path -> path.getName().startsWith(beginning)));
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw failed(folder, "read", e);
        }
    }

    private OutputException failed(String name, String what, IOException e) {
        return OutputException.of(root + "/" + name, "can not be " + what + ": " + e, "check the folder", e);
    }
}
