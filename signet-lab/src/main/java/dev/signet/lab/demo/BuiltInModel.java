package dev.signet.lab.demo;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.signet.onnx.OutputException;
import dev.signet.onnx.file.OnnxModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The models that come with Signet; docs/training.md has the commands that made them. */
public enum BuiltInModel {
    /** A ResNet with BatchNormalization: which of ten figures a picture of 32 x 32 pixels shows. */
    FIGURES("figures.onnx", "classification of figures"),
    /** Makes pictures twice as large. */
    ENLARGING("enlarging.onnx", "super-resolution, twice as large"),
    /** Paints pictures as stained glass. */
    GLASS("glass.onnx", "style transfer, stained glass");

    private final String file;
    private final String text;

    BuiltInModel(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /** What it does, for headings. */
    public String text() {
        return text;
    }

    /**
     * Writes the model's file into a folder.
     *
     * @return the file
     * @throws OutputException if it can not be written
     */
    public Path copyTo(Path folder) {
        Path target = folder.resolve(file);
        try (InputStream stream = stream()) {
            Files.copy(stream, target);
            return target;
        } catch (IOException e) {
            throw OutputException.of(
                    target.toString(),
                    "can not be written: " + e.getMessage(),
                    "check the folder and the free space",
                    e);
        }
    }

    /** The model in memory; its path names it only. */
    public OnnxModel open() {
        try (InputStream stream = stream()) {
            ModelProto proto = ModelProto.parseFrom(stream);
            return OnnxModel.of(proto, Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private InputStream stream() {
        InputStream stream = BuiltInModel.class.getResourceAsStream(file);
        if (stream == null) {
            throw new IllegalStateException(file + " is missing from the class path");
        }
        return stream;
    }
}
