package dev.signet.onnx.store;

import dev.signet.onnx.Messages;
import dev.signet.onnx.OutputException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The one way in which a file is written: whole under another name in the same folder, on the disk, and only then with its own
 * name, so that a full disk or a kill leaves what was there before. A link stays a link to the file that is replaced; a pipe or a
 * device is written to. Models, which are verified in between, have {@link PendingFile}.
 */
public final class OutputFile {
    private static final String CHECK_FOLDER = "check the folder's permissions and the free space";

    /** Of a file's name, in bytes, on all file systems that matter. */
    private static final int LONGEST_NAME = 255;

    private OutputFile() {}

    /** What a file will hold. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it; does not close the stream. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Makes sure that a file can be written, before there is work to lose.
     *
     * @throws OutputException if its folder does not exist or takes no files, or it is a folder itself
     */
    public static void check(Path file) {
        try {
            Path target = target(file);
            if (Files.isDirectory(target)) {
                throw OutputException.of(file.toString(), "is a directory", "name a file in it");
            }
            if (Files.exists(target) && !Files.isWritable(target)) {
                throw OutputException.of(
                        file.toString(), "can not be written (permission denied)", "choose another name");
            }
            if (isSpecial(target)) {
                return;
            }
            if (String.valueOf(target.getFileName()).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
                throw OutputException.of(file.toString(), "has a name that is too long", "choose a shorter name");
            }
            WorkFolder.in(folder(target)).close();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /**
     * Writes a file, in place of what is there.
     *
     * @throws OutputException if that fails; then what was there before still is
     */
    public static void write(Path file, Content content) {
        try {
            Path target = target(file);
            if (Files.isDirectory(target)) {
                throw OutputException.of(file.toString(), "is a directory", "name a file in it");
            }
            if (isSpecial(target)) {
                try (OutputStream out = Files.newOutputStream(target)) {
                    content.writeTo(out);
                }
                return;
            }
            try (WorkFolder folder = WorkFolder.in(folder(target))) {
                Path pending = folder.path().resolve("pending");
                try (FileChannel channel =
                                FileChannel.open(pending, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
                    content.writeTo(out);
                    out.flush();
                    channel.force(true);
                }
                keepPermissions(target, pending);
                Files.move(pending, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** As {@link #write}, for text in UTF-8. */
    public static void writeText(Path file, String text) {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Where a path leads: the end of a chain of links, whether there is something or not. */
    static Path target(Path file) throws IOException {
        Path target = file.toAbsolutePath();
        if (Files.exists(target)) {
            return target.toRealPath();
        }
        // The system gives up after 40 links.
        for (int links = 0; links < 40 && Files.isSymbolicLink(target); links++) {
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return folder(target).toRealPath().resolve(target.normalize().getFileName());
    }

    private static Path folder(Path target) throws IOException {
        Path folder = target.getParent();
        if (folder == null) {
            throw new NoSuchFileException(target.toString());
        }
        return folder;
    }

    private static boolean isSpecial(Path target) {
        return Files.exists(target) && !Files.isRegularFile(target);
    }

    private static void keepPermissions(Path target, Path pending) throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)
                && Files.getFileStore(target).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(pending, Files.getPosixFilePermissions(target));
        }
    }

    private static OutputException failed(Path file, IOException e) {
        return e instanceof NoSuchFileException
                ? OutputException.of(
                        file.toString(), "can not be written: its folder does not exist", "make the folder first", e)
                : OutputException.of(
                        file.toString(), "can not be written (" + Messages.reason(e) + ")", CHECK_FOLDER, e);
    }

    /**
     * Makes a folder for outputs, and those above it, where they are not there.
     *
     * @throws OutputException if it can not be made, or is no folder
     */
    public static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw OutputException.of(
                    folder.toString(),
                    "can not be made (" + Messages.reason(e) + ")",
                    "choose another folder, or check its permissions",
                    e);
        }
    }
}
