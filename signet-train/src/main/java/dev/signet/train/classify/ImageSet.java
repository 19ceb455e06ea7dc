package dev.signet.train.classify;

import dev.signet.lab.dataset.LabelledImages;
import dev.signet.lab.drawing.FigureImages;
import dev.signet.lab.drawing.Split;
import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Labelled images of one size, in memory.
 *
 * @param side their width and height in pixels
 * @param pixels red, green and blue planes of each, 0..255
 * @param labels the class of each, from 0
 */
public record ImageSet(int side, byte[] pixels, int[] labels) {
    private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

    /** Number of images. */
    public int size() {
        return labels.length;
    }

    /** One more than the highest label. */
    public int classes() {
        return Arrays.stream(labels).max().orElse(-1) + 1;
    }

    /** Bytes of an image. */
    int bytesPerImage() {
        return 3 * side * side;
    }

    /**
     * The images that are trained on: {@code data_batch_1.bin} to {@code 5} of CIFAR-10, as many as are there, or the folder
     * {@code train} with a folder of square pictures, all of one size, for each class.
     *
     * @param limit the most images to take, 0 for all
     * @throws InputException if there are none, or they are of different sizes
     */
    public static ImageSet training(Path folder, int limit) {
        List<LabelledImages> parts = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            Path file = folder.resolve(String.format(Locale.ROOT, "data_batch_%d.bin", i));
            if (Files.isRegularFile(file)) {
                parts.add(LabelledImages.open(file, 0));
            }
        }
        if (parts.isEmpty()) {
            parts.add(LabelledImages.open(part(folder, "train"), 0));
        }
        return of(folder, parts, limit);
    }

    /** The images that are tested on: {@code test_batch.bin}, or the folder {@code test} or {@code val}. */
    public static ImageSet test(Path folder, int limit) {
        if (Files.isRegularFile(folder.resolve("test_batch.bin"))) {
            return of(folder, List.of(LabelledImages.open(folder, limit)), limit);
        }
        Path test = Files.isDirectory(folder.resolve("val")) ? folder.resolve("val") : part(folder, "test");
        return of(folder, List.of(LabelledImages.open(test, limit)), limit);
    }

    /** Drawn figures. */
    static ImageSet drawn(Split split, int size) {
        var figures = new FigureImages(split, size);
        int length = 3 * FigureImages.SIDE * FigureImages.SIDE;
        byte[] pixels = new byte[Math.multiplyExact(length, size)];
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            labels[i] = figures.label(i);
            copy(figures.image(i), pixels, i * length);
        }
        return new ImageSet(FigureImages.SIDE, pixels, labels);
    }

    private static void copy(Picture picture, byte[] pixels, int start) {
        float[] values = picture.values();
        for (int v = 0; v < values.length; v++) {
            pixels[start + v] = (byte) Math.round(Math.clamp(values[v], 0, 255));
        }
    }

    private static Path part(Path folder, String name) {
        Path part = folder.resolve(name);
        if (!Files.isDirectory(part)) {
            throw InputException.of(
                    folder.toString(),
                    "has neither CIFAR-10's binary files nor a folder '%s'".formatted(name),
                    "give a folder with data_batch_1.bin ... and test_batch.bin, or with train and test, a folder per"
                            + " class in each");
        }
        return part;
    }

    private static ImageSet of(Path folder, List<LabelledImages> parts, int limit) {
        int there = parts.stream().mapToInt(LabelledImages::size).sum();
        int size = limit == 0 ? there : Math.min(limit, there);
        int side = parts.getFirst().image(0).width();
        int[] labels = new int[size];
        long bytes = 3L * side * side * size;
        if (bytes > MAX_BYTES) {
            throw InputException.of(
                    folder.toString(),
                    String.format(
                            Locale.ROOT, "%d images of %d x %d pixels do not fit into an array", size, side, side),
                    "use smaller images, or fewer of them with --limit");
        }
        byte[] pixels = new byte[Math.toIntExact(bytes)];
        int at = 0;
        for (LabelledImages part : parts) {
            for (int i = 0; i < part.size() && at < size; i++, at++) {
                Picture picture = part.image(i);
                if (picture.width() != side || picture.height() != side) {
                    throw InputException.of(
                            folder.toString(),
                            String.format(
                                    Locale.ROOT,
                                    "image %d has %d x %d pixels, the first %d x %d",
                                    at,
                                    picture.width(),
                                    picture.height(),
                                    side,
                                    side),
                            "resize all images to one square size");
                }
                labels[at] = part.label(i);
                copy(picture, pixels, at * picture.values().length);
            }
        }
        return new ImageSet(side, pixels, labels);
    }
}
