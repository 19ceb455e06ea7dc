package dev.signet.lab.dataset;

import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Images with the class that each belongs to. Images are read when they are asked for. */
public interface LabelledImages {
    /** Number of images. */
    int size();

    /** One image; may be called from several threads. */
    Picture image(int index);

    /** Its class, from 0. */
    int label(int index);

    /** The classes' names where the data have them, else their numbers. */
    String className(int label);

    /** How many classes the data tell apart; 0 where they only number some of them. */
    int classes();

    /** The images {@code from} (inclusive) to {@code to} (exclusive). */
    default LabelledImages range(int from, int to) {
        LabelledImages all = this;
        Objects.checkFromToIndex(from, to, size());
        return new LabelledImages() {
            @Override
            public int size() {
                return to - from;
            }

            @Override
            public Picture image(int index) {
                return all.image(from + Objects.checkIndex(index, size()));
            }

            @Override
            public int label(int index) {
                return all.label(from + Objects.checkIndex(index, size()));
            }

            @Override
            public String className(int label) {
                return all.className(label);
            }

            @Override
            public int classes() {
                return all.classes();
            }
        };
    }

    /**
     * Opens a CIFAR-10 binary file, a folder that holds {@code test_batch.bin}, or a folder with one folder per class.
     *
     * @param limit how many images to take at most, 0 for all: of a CIFAR file the first ones, of folders evenly from all
     *     classes
     * @throws InputException if it is none of them
     */
    static LabelledImages open(Path path, int limit) {
        if (Files.isDirectory(path)) {
            Path test = path.resolve("test_batch.bin");
            return Files.isRegularFile(test) ? CifarImages.read(test, limit) : ImageFolders.open(path, limit);
        }
        if (Files.isRegularFile(path)) {
            return CifarImages.read(path, limit);
        }
        throw InputException.of(
                path.toString(),
                "there are no images",
                "give a CIFAR-10 binary file or a folder with one folder per class");
    }
}
