package dev.signet.lab.dataset;

import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Resampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * Pictures without labels, read when they are asked for, by any thread.
 *
 * @param names one for each picture
 * @param reader gives the picture of an index; the same each time
 */
public record Pictures(List<String> names, IntFunction<Picture> reader) {
    /**
     * The pictures in a folder, in the order of their names.
     *
     * @param limit the most pictures to take, the first ones; 0 for all
     * @param shorterSide pixels that the shorter side is resized to; 0 for pictures as they are
     * @throws InputException if there are none
     */
    public static Pictures open(Path folder, int limit, int shorterSide) {
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.filter(Picture::isPicture)
                    .sorted()
                    .limit(limit == 0 ? Long.MAX_VALUE : limit)
                    .toList();
        } catch (IOException e) {
            throw InputException.of(folder.toString(), "is no folder that can be read", "give a folder of pictures", e);
        }
        if (files.isEmpty()) {
            throw InputException.of(
                    folder.toString(),
                    "holds no pictures",
                    "give a folder of PNG or JPEG files, or of HR and LR folders");
        }
        return new Pictures(
                files.stream().map(file -> file.getFileName().toString()).toList(), index -> {
                    Picture picture = Picture.read(files.get(index));
                    return shorterSide == 0
                            ? picture
                            : Resampling.shorterSide(picture, shorterSide).rounded();
                });
    }

    /** Pictures that are in memory. */
    public static Pictures of(List<String> names, List<Picture> pictures) {
        return new Pictures(names, pictures::get);
    }

    /** The pictures {@code from} (inclusive) to {@code to} (exclusive). */
    public Pictures range(int from, int to) {
        return new Pictures(names.subList(from, to), index -> reader.apply(from + index));
    }

    /** Number of pictures. */
    public int size() {
        return names.size();
    }

    /**
     * One picture.
     *
     * @throws InputException if its file can not be read
     */
    public Picture picture(int index) {
        return reader.apply(index);
    }
}
