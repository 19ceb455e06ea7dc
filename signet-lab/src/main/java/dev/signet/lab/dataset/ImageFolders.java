package dev.signet.lab.dataset;

import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder with one folder of pictures per class, as ImageNet's validation set is kept. The classes are the folders in the
 * order of their names; folders named by numbers only are the classes of those numbers.
 */
public final class ImageFolders implements LabelledImages {
    private record Labelled(Path file, int label) {}

    private final List<Labelled> images;
    private final List<String> names;
    private final boolean numbered;

    private ImageFolders(List<Labelled> images, List<String> names, boolean numbered) {
        this.images = images;
        this.names = names;
        this.numbered = numbered;
    }

    /**
     * Lists the pictures.
     *
     * @param limit the most images to take, evenly from all classes; 0 for all
     * @throws InputException if there are none
     */
    public static ImageFolders open(Path folder, int limit) {
        List<Path> folders = list(folder, Files::isDirectory);
        List<String> names =
                folders.stream().map(f -> f.getFileName().toString()).toList();
        boolean numbered = names.stream().allMatch(name -> name.matches("[0-9]{1,6}"));
        List<List<Labelled>> classes = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            int label = numbered ? Integer.parseInt(names.get(i)) : i;
            classes.add(list(folders.get(i), Picture::isPicture).stream()
                    .map(file -> new Labelled(file, label))
                    .toList());
        }
        int total = classes.stream().mapToInt(List::size).sum();
        if (total == 0) {
            throw InputException.of(
                    folder.toString(),
                    "no pictures in folders of classes",
                    "give a folder with one folder of PNG or JPEG files per class, or a CIFAR-10 binary file");
        }
        int wanted = limit == 0 ? total : Math.min(limit, total);
        List<Labelled> images = new ArrayList<>();
        for (int round = 0; images.size() < wanted; round++) {
            for (List<Labelled> members : classes) {
                if (round < members.size() && images.size() < wanted) {
                    images.add(members.get(round));
                }
            }
        }
        return new ImageFolders(images, names, numbered);
    }

    private interface Wanted {
        boolean test(Path path);
    }

    private static List<Path> list(Path folder, Wanted wanted) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(wanted::test).sorted().toList();
        } catch (IOException e) {
            throw InputException.of(folder.toString(), "can not be read: " + e.getMessage(), "check the path", e);
        }
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public Picture image(int index) {
        return Picture.read(images.get(index).file());
    }

    @Override
    public int label(int index) {
        return images.get(index).label();
    }

    @Override
    public String className(int label) {
        return !numbered && label < names.size() ? names.get(label) : Integer.toString(label);
    }

    @Override
    public int classes() {
        return numbered ? 0 : names.size();
    }
}
