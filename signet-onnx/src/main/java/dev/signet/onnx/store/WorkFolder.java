package dev.signet.onnx.store;

import dev.signet.onnx.Messages;
import dev.signet.onnx.OutputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder for files that are not finished: gone when it is closed and, where the process dies before that, when the next one
 * makes a folder beside it. Its owner holds a lock in it, which the system releases whatever becomes of the process.
 */
public final class WorkFolder implements AutoCloseable {
    private static final String PREFIX = ".signet-";
    private static final String LOCK = ".lock";

    /** Between making a folder and locking it, its owner is not yet to be seen. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    /** Removing a folder again where a thread wrote to it in the meantime. */
    private static final int ATTEMPTS = 3;

    /** Those of this process, to be removed however it ends. */
    private static final Set<WorkFolder> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(WorkFolder::removeOpen, "removes what is not finished"));
    }

    private final Path path;
    private final FileChannel lock;

    private WorkFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** A new folder in {@code parent}, from which those of killed processes are removed. */
    public static WorkFolder in(Path parent) throws IOException {
        removeAbandoned(parent);
        Path folder = parent.resolve(PREFIX + UUID.randomUUID());
        Files.createDirectory(folder);
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            channel.tryLock();
        } catch (IOException e) {
            // A file system without locks: what a killed process leaves there stays.
        }
        var work = new WorkFolder(folder, channel);
        OPEN.add(work);
        return work;
    }

    /**
     * A new folder in the system's folder for such.
     *
     * @throws OutputException if there can be none
     */
    public static WorkFolder temporary() {
        Path parent = Path.of(System.getProperty("java.io.tmpdir", "."));
        try {
            return in(parent);
        } catch (IOException e) {
            throw OutputException.of(
                    parent.toString(),
                    "is the folder for temporary files, and can not be written (" + Messages.reason(e) + ")",
                    "check its permissions and the free space, or set SIGNET_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER",
                    e);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** What was put into it. */
    public List<Path> files() {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> !file.endsWith(LOCK)).toList();
        } catch (IOException e) {
            throw OutputException.of(path.toString(), "can not be read (" + Messages.reason(e) + ")", "run again", e);
        }
    }

    /** Removes it with all that is in it. */
    @Override
    public void close() {
        OPEN.remove(this);
        try {
            lock.close();
            remove(path);
        } catch (IOException e) {
            throw OutputException.of(
                    path.toString(), "can not be removed (" + Messages.reason(e) + ")", "remove it by hand", e);
        }
    }

    /** Removes all that are open in this process, which is about to end. */
    public static void removeOpen() {
        for (WorkFolder folder : OPEN) {
            boolean removed = false;
            for (int attempt = 0; !removed && attempt < ATTEMPTS; attempt++) {
                removed = isRemoved(folder.path);
            }
        }
    }

    private static boolean isRemoved(Path folder) {
        try {
            remove(folder);
            return true;
        } catch (IOException e) {
            // Other threads still write there; what they leave, the next process removes.
            return false;
        }
    }

    private static void removeAbandoned(Path parent) throws IOException {
        List<Path> folders;
        try (Stream<Path> entries = Files.list(parent)) {
            folders = entries.filter(WorkFolder::isOne).toList();
        }
        for (Path folder : folders) {
            try {
                if (isAbandoned(folder)) {
                    remove(folder);
                }
            } catch (IOException e) {
                // Somebody else's, or removed at the same time.
            }
        }
    }

    private static boolean isOne(Path entry) {
        String name = String.valueOf(entry.getFileName());
        return name.startsWith(PREFIX)
                && name.substring(PREFIX.length()).matches("[0-9a-f-]{36}")
                && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isAbandoned(Path folder) throws IOException {
        if (Files.getLastModifiedTime(folder).toInstant().isAfter(Instant.now().minus(GRACE))) {
            return false;
        }
        Path file = folder.resolve(LOCK);
        if (!Files.exists(file)) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            @Nullable FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
