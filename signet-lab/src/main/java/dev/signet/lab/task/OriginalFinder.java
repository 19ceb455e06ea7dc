package dev.signet.lab.task;

import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.rewrite.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finds the model that a file was made of: beside it, by the SHA-256 that the file remembers. */
public final class OriginalFinder {
    /** More models of a folder are not looked at. */
    private static final int MOST = 50;

    private OriginalFinder() {}

    /**
     * The original.
     *
     * @throws InputException if the file was not made by Signet, or no model beside it is the one
     */
    public static Path of(Path file) {
        String wanted = ModelFile.read(file).proto().getMetadataPropsList().stream()
                .filter(entry -> entry.getKey().equals(Provenance.SOURCE))
                .map(entry -> entry.getValue())
                .findFirst()
                .orElseThrow(() -> InputException.of(
                        file.toString(),
                        "does not say what it was made of",
                        "give its original as --reference MODEL.onnx"));
        Path folder = file.toAbsolutePath().getParent();
        for (Path candidate : folder == null ? List.<Path>of() : candidates(folder, file)) {
            if (isOriginal(candidate, wanted)) {
                return candidate;
            }
        }
        throw InputException.of(file.toString(), "its original is not beside it", "give it as --reference MODEL.onnx");
    }

    /** Models with names that the file's begins with come first: the original of MODEL-2bit.onnx is MODEL.onnx. */
    private static List<Path> candidates(Path folder, Path file) {
        String name = String.valueOf(file.getFileName());
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> path.toString().endsWith(".onnx") && Files.isRegularFile(path))
                    .filter(path -> !String.valueOf(path.getFileName()).equals(name))
                    .sorted(Comparator.comparing((Path path) -> !name.startsWith(stem(path)))
                            .thenComparing(Comparator.naturalOrder()))
                    .limit(MOST)
                    .toList();
        } catch (IOException e) {
            throw InputException.of(
                    folder.toString(), "can not be read (" + Messages.reason(e) + ")", "check the path", e);
        }
    }

    private static String stem(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.substring(0, name.length() - ".onnx".length());
    }

    private static boolean isOriginal(Path candidate, String sha256) {
        try {
            return ModelFile.read(candidate).sha256().equals(sha256);
        } catch (InputException e) {
            // No model: not the one.
            return false;
        }
    }
}
