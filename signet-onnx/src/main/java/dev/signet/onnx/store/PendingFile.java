package dev.signet.onnx.store;

import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import dev.signet.onnx.OutputException;
import dev.signet.onnx.file.ExternalData;
import dev.signet.onnx.file.OnnxModel;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model file that is written under another name and takes its own when it is finished.
 *
 * <p>The file, and its external data where it has any, grow in a temporary folder beside the target, where they can be opened
 * and verified; {@link #commit()} renames them, and {@link #close()} without a commit removes them.
 *
 * {@snippet :
 * try (PendingFile pending = PendingFile.create(target, force, source)) {
 *     pending.write(model);
 *     verify(pending.path());
 *     pending.commit();
 * }
 * }
 */
public final class PendingFile implements AutoCloseable {
    private final Path target;
    private final boolean force;
    private final OnnxModel source;
    private final WorkFolder folder;

    private PendingFile(Path target, boolean force, OnnxModel source, WorkFolder folder) {
        this.target = target;
        this.force = force;
        this.source = source;
        this.folder = folder;
    }

    /**
     * Prepares to write {@code target}.
     *
     * @param force whether an existing target may be replaced
     * @param source the model that is the input, which is never replaced, under whatever name
     * @throws OutputException if the target exists and {@code force} is not given, is the source, is a directory, or its folder
     *     does not exist or can not be written to
     */
    public static PendingFile create(Path target, boolean force, OnnxModel source) {
        try {
            checkTarget(target, force, source);
            OutputFile.check(target);
            // A link stays one: what it leads to is replaced.
            Path end = OutputFile.target(target);
            return new PendingFile(
                    end, force, source, WorkFolder.in(end.resolveSibling(".").normalize()));
        } catch (NoSuchFileException e) {
            throw OutputException.of(
                    target.toString(), "can not be written: its folder does not exist", "make the folder first", e);
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    /** Where the file is until it is committed; it has its final name, in another folder. */
    public Path path() {
        return folder.path().resolve(target.getFileName());
    }

    /**
     * Writes a model. Values that it has in external files are pulled in; where the file would become larger than an ONNX file
     * can be, all large initializers go to one external file, {@code NAME.onnx.data}. Written again, it replaces what was pending.
     *
     * @throws OutputException if the disk is full or fails
     * @throws InputException if external data of {@code model} is missing or does not match
     */
    public void write(OnnxModel model) {
        write(model, ModelWriter.MAX_FILE_BYTES);
    }

    /** As {@link #write(OnnxModel)}, with external data where the file would have more than {@code maxFileBytes}. */
    void write(OnnxModel model, long maxFileBytes) {
        try {
            Files.deleteIfExists(path());
            Files.deleteIfExists(pendingData());
            new ModelWriter(model, maxFileBytes).write(path(), pendingData());
            if (Files.exists(pendingData())) {
                checkTarget(targetData(), force, source);
            }
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    /** Bytes written, external data included. */
    public long bytes() {
        try {
            return Files.size(path()) + (Files.exists(pendingData()) ? Files.size(pendingData()) : 0);
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    /**
     * Gives the file its name, in one step.
     *
     * @throws OutputException if the target came to be since, or the file system refuses
     */
    public void commit() {
        try {
            checkTarget(target, force, source);
            toDisk(path());
            if (Files.exists(pendingData())) {
                checkTarget(targetData(), force, source);
                toDisk(pendingData());
                Files.move(pendingData(), targetData(), StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(path(), target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    /** Removes whatever was not committed. */
    @Override
    public void close() {
        folder.close();
    }

    /** A file that is renamed before its bytes are on the disk may be empty after a power cut. */
    private static void toDisk(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private Path pendingData() {
        return folder.path().resolve(targetData().getFileName());
    }

    private Path targetData() {
        return target.resolveSibling(target.getFileName() + ".data");
    }

    private static void checkTarget(Path target, boolean force, OnnxModel source) throws IOException {
        String where = target.toString();
        if (Files.isDirectory(target)) {
            throw OutputException.of(where, "is a directory", "name a file in it");
        }
        if (Files.exists(target)) {
            for (Path input : inputs(source)) {
                if (Files.exists(input) && Files.isSameFile(target, input)) {
                    throw OutputException.of(where, "is the input, which is never overwritten", "choose another name");
                }
            }
        }
        // A link that leads nowhere is there, too.
        if (!force && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw OutputException.of(where, "exists already", "choose another name, or use --force to replace it");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw OutputException.of(where, "is not a regular file", "choose another name");
        }
    }

    private static List<Path> inputs(OnnxModel source) {
        return Stream.concat(Stream.of(source.path()), ExternalData.of(source).files().stream())
                .toList();
    }

    private static OutputException failed(Path target, IOException e) {
        return OutputException.of(
                target.toString(),
                "can not be written (" + Messages.reason(e) + ")",
                "check the folder's permissions and the free space",
                e);
    }
}
