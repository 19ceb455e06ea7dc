package dev.signet.lab.plan;

import dev.signet.onnx.OutputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a sweep keeps what it has got: a folder that all who work at it reach. Files appear whole or not at all, and writing one again
 * replaces it: work that was done twice, as its first worker was lost or thought so, does no harm. Names have forward slashes.
 *
 * <p>All methods throw {@link OutputException} if the folder can not be used.
 */
public interface SweepFolder {
    /** A text; empty where there is none. */
    Optional<String> read(String name);

    /** Keeps a text. */
    void write(String name, String text);

    /** Keeps copies of local files under their names; the last one appears last. */
    void keep(String folder, List<Path> files);

    /** Local files with the content of those in {@code folder} whose names begin so. */
    List<Path> fetch(String folder, String beginning);

    /** Forgets all files of a folder whose names begin so; none is no error. */
    void delete(String folder, String beginning);

    /** The names in a folder; none where there is no such folder. */
    Set<String> names(String folder);
}
