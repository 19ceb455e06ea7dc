package dev.signet.studio;

import dev.signet.quantize.inspect.ModelSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model that somebody looks at, with the versions that were made of it. */
final class OpenModel {
    private final String id;
    private final String name;
    private final String command;
    private final Path file;
    private final Path folder;
    private final ModelSummary summary;
    private final Gallery gallery;
    private final List<String> classes;
    private final Map<String, Version> versions = new LinkedHashMap<>();

    /**
     * @param name what people call it; from anywhere
     * @param command the path that stands for it on a command line
     * @param file the model; never touched
     * @param folder for its versions
     * @param classes names of what it tells apart, or none
     */
    OpenModel(
            String id,
            String name,
            String command,
            Path file,
            Path folder,
            ModelSummary summary,
            Gallery gallery,
            List<String> classes) {
        this.id = id;
        this.name = name;
        this.command = command;
        this.file = file;
        this.folder = folder;
        this.summary = summary;
        this.gallery = gallery;
        this.classes = classes;
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    String command() {
        return command;
    }

    Path file() {
        return file;
    }

    Path folder() {
        return folder;
    }

    ModelSummary summary() {
        return summary;
    }

    Gallery gallery() {
        return gallery;
    }

    List<String> classes() {
        return classes;
    }

    synchronized List<Version> versions() {
        return new ArrayList<>(versions.values());
    }

    synchronized Optional<Version> version(String word) {
        return Optional.ofNullable(versions.get(word));
    }

    /** @throws IllegalStateException if there are too many */
    synchronized void add(Version version) {
        if (versions.size() >= StudioLimits.VERSIONS) {
            throw new IllegalStateException(StudioLimits.VERSIONS + " versions of one model are kept; open it again");
        }
        versions.put(version.recipe().id(), version);
    }

    /** Where the file of what {@code word} names is: a version's, or the model itself for {@code float}. */
    Optional<Path> file(String word) {
        return word.equals(ModelView.FLOAT) ? Optional.of(file) : version(word).map(Version::file);
    }

    /** The name of a version's file, of plain letters only. */
    String download(Version version) {
        String plain = name.replaceAll("\\.onnx$", "")
                .replaceAll("[^A-Za-z0-9._-]", "_")
                .replaceAll("^[.-]+", "_");
        String stem = plain.isEmpty() ? "model" : plain.substring(0, Math.min(plain.length(), 80));
        return stem + "-" + version.recipe().suffix() + ".onnx";
    }
}
