package dev.signet.lab.dataset;

import dev.signet.onnx.InputException;
import dev.signet.quantize.image.CifarFile;
import dev.signet.quantize.image.Picture;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** The images of a CIFAR-10 binary file, with their labels. */
public record CifarImages(CifarFile file) implements LabelledImages {
    private static final int LAST = 9;

    /**
     * Reads the first {@code limit} images of a file, or all for 0.
     *
     * @throws InputException if it is not such a file
     */
    public static CifarImages read(Path file, int limit) {
        return new CifarImages(CifarFile.read(file, limit));
    }

    @Override
    public int size() {
        return file.size();
    }

    @Override
    public Picture image(int index) {
        return file.image(index);
    }

    @Override
    public int label(int index) {
        return file.label(index);
    }

    @Override
    public String className(int label) {
        return file.className(label);
    }

    /** 10 where the last class is among the images; other data in this form, and few images, may have less. */
    @Override
    public int classes() {
        return IntStream.range(0, size()).anyMatch(i -> label(i) == LAST) ? LAST + 1 : 0;
    }
}
