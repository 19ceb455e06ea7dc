package dev.signet.lab.dataset;

import dev.signet.onnx.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Pictures for super-resolution.
 *
 * @param high what should come out
 * @param low the same pictures, small; null where they are to be made from the large ones
 */
public record ResolutionPairs(Pictures high, @Nullable Pictures low) {
    /**
     * Opens a folder with the folders {@code HR} and {@code LR}, whose files have the same names, or with {@code HR} only, or with
     * pictures.
     *
     * @param limit the most pictures to take, the first ones; 0 for all
     * @param shorterSide pixels that the shorter side of pictures that have no small twin is resized to; 0 for pictures as they are
     * @throws InputException if there are none, or the two folders do not match
     */
    public static ResolutionPairs open(Path folder, int limit, int shorterSide) {
        Path high = folder.resolve("HR");
        Path low = folder.resolve("LR");
        if (!Files.isDirectory(low)) {
            return new ResolutionPairs(
                    Pictures.open(Files.isDirectory(high) ? high : folder, limit, shorterSide), null);
        }
        if (shorterSide != 0) {
            throw InputException.of(
                    folder.toString(), "holds pairs of pictures, which can not be resized", "leave --resize out");
        }
        Pictures large = Pictures.open(high, limit, 0);
        Pictures small = Pictures.open(low, limit, 0);
        if (!large.names().equals(small.names())) {
            throw InputException.of(
                    folder.toString(), "HR and LR hold different files", "give each picture the same name in both");
        }
        return new ResolutionPairs(large, small);
    }

    /** The pairs {@code from} (inclusive) to {@code to} (exclusive). */
    public ResolutionPairs range(int from, int to) {
        return new ResolutionPairs(high.range(from, to), low == null ? null : low.range(from, to));
    }
}
