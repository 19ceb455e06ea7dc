package dev.signet.cli.option;

import dev.signet.onnx.InputException;
import dev.signet.onnx.OutputException;
import dev.signet.onnx.file.ExternalData;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.store.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All files of a command, what it reads and what it writes, looked at before any work: no output is an input or another output,
 * by whatever name (relative, link, hard link), and all outputs can be written.
 */
public final class FileRoles {
    /** A path that the user gave, or that follows from one. */
    private record Role(String name, Path path) {}

    private static final String MODEL = "the model";

    private final List<Role> inputs = new ArrayList<>();
    private final List<Role> outputs = new ArrayList<>();

    /** Adds a file or folder that is read; null where there is none. */
    public FileRoles input(String name, @Nullable Path path) {
        if (path != null) {
            inputs.add(new Role(name, path));
        }
        return this;
    }

    /** Adds models, with the files that hold their values. */
    public FileRoles models(List<Path> models) {
        models.forEach(model -> input(MODEL, model));
        return this;
    }

    /**
     * Adds a file that is written; null where there is none.
     *
     * @param force whether any file may be replaced
     */
    public FileRoles output(String name, @Nullable Path path, OutputKind kind, boolean force) {
        if (path != null) {
            if (!force && !kind.mayReplace(path)) {
                throw OutputException.of(
                        path.toString(),
                        "exists and is not %s that Signet wrote".formatted(kind.text()),
                        "choose another %s, or replace it with --force".formatted(name));
            }
            return output(name, path);
        }
        return this;
    }

    /** Adds a file that is written, and that is checked elsewhere for what it replaces. */
    public FileRoles output(String name, @Nullable Path path) {
        if (path != null) {
            outputs.add(new Role(name, path));
        }
        return this;
    }

    /**
     * Makes sure of all.
     *
     * @throws OutputException naming the file and its roles
     * @throws InputException if a model is not there: runtimes say that in words of their own
     */
    public void check() {
        for (Role input : inputs) {
            if (input.name().equals(MODEL) && Files.notExists(input.path())) {
                throw InputException.of(input.path().toString(), "no such file", "check the path");
            }
        }
        for (int i = 0; i < outputs.size(); i++) {
            Role output = outputs.get(i);
            for (Role input : inputs) {
                if (isSame(output.path(), input.path())) {
                    throw clash(output, input.name());
                }
            }
            for (Role other : outputs.subList(0, i)) {
                if (isSame(output.path(), other.path())) {
                    throw clash(output, other.name());
                }
            }
            OutputFile.check(output.path());
        }
        checkExternalData();
    }

    private static OutputException clash(Role output, String other) {
        return OutputException.of(
                output.path().toString(),
                "is %s and %s: an input is never overwritten, nor one output by another"
                        .formatted(output.name(), other),
                "choose another " + output.name());
    }

    /** A model's values may be in other files; looked for only where an output would replace something. */
    private void checkExternalData() {
        List<Role> replacing =
                outputs.stream().filter(o -> Files.isRegularFile(o.path())).toList();
        for (Role input : replacing.isEmpty() ? List.<Role>of() : inputs) {
            if (!Files.isRegularFile(input.path()) || !input.path().toString().endsWith(".onnx")) {
                continue;
            }
            List<Path> files;
            try {
                files = ExternalData.of(ModelFile.read(input.path())).files();
            } catch (InputException e) {
                // What is wrong with it is said when it is used.
                continue;
            }
            for (Role output : replacing) {
                if (files.stream().anyMatch(file -> isSame(output.path(), file))) {
                    throw clash(output, "holds values of " + input.name());
                }
            }
        }
    }

    /** Whether two paths are one file, there or yet to be. */
    private static boolean isSame(Path one, Path other) {
        try {
            if (Files.exists(one) && Files.exists(other)) {
                // Standard output named twice is the user's choice.
                return Files.isSameFile(one, other) && (Files.isRegularFile(one) || Files.isDirectory(one));
            }
            return end(one).equals(end(other));
        } catch (IOException e) {
            // Whatever is wrong with them is said when they are opened.
            return false;
        }
    }

    /** Where a path leads, through links of folders, and of the file where it is one that leads nowhere yet. */
    private static Path end(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        for (int links = 0; links < 40 && Files.isSymbolicLink(absolute); links++) {
            absolute = absolute.resolveSibling(Files.readSymbolicLink(absolute));
        }
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        return parent == null || name == null
                ? absolute
                : parent.toRealPath().resolve(name).normalize();
    }
}
