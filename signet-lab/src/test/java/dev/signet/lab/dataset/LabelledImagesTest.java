package dev.signet.lab.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signet.onnx.InputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledImagesTest {
    @TempDir
    Path folder;

    private Path cifar(int... labels) throws IOException {
        byte[] records = new byte[labels.length * 3073];
        for (int i = 0; i < labels.length; i++) {
            records[i * 3073] = (byte) labels[i];
            records[i * 3073 + 1] = (byte) (200 + i);
        }
        return Files.write(folder.resolve("test_batch.bin"), records);
    }

    private void picture(String className, String name) throws IOException {
        Path file = Files.createDirectories(folder.resolve(className)).resolve(name);
        ImageIO.write(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    }

    @Test
    void readsCifarFilesAndFoldersThatHoldOne() throws IOException {
        Path file = cifar(3, 9, 0);
        for (Path path : new Path[] {file, folder}) {
            LabelledImages images = LabelledImages.open(path, 2);
            assertThat(images.size()).isEqualTo(2);
            assertThat(images.label(1)).isEqualTo(9);
            assertThat(images.className(9)).isEqualTo("truck");
            assertThat(images.image(1).at(0, 0, 0)).isEqualTo(201);
        }
    }

    @Test
    void refusesFilesThatAreNotCifar() throws IOException {
        Path cut = Files.write(folder.resolve("cut.bin"), new byte[3072]);
        assertThatThrownBy(() -> LabelledImages.open(cut, 0)).isInstanceOf(InputException.class);
        Path label = cifar(3, 10);
        assertThatThrownBy(() -> LabelledImages.open(label, 0))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("label 10");
    }

    @Test
    void takesImagesEvenlyFromFolders() throws IOException {
        picture("cat", "a.png");
        picture("cat", "b.png");
        picture("dog", "c.png");
        Files.writeString(folder.resolve("dog").resolve("notes.txt"), "no picture");
        LabelledImages images = LabelledImages.open(folder, 2);
        assertThat(IntStream.range(0, 2).map(images::label)).containsExactly(0, 1);
        assertThat(images.className(1)).isEqualTo("dog");
        assertThat(LabelledImages.open(folder, 0).size()).isEqualTo(3);
    }

    @Test
    void foldersOfNumbersAreTheirClasses() throws IOException {
        picture("10", "a.png");
        picture("2", "b.png");
        LabelledImages images = LabelledImages.open(folder, 0);
        assertThat(IntStream.range(0, 2).map(images::label)).containsExactlyInAnyOrder(10, 2);
    }

    @Test
    void refusesAFolderWithoutPictures() {
        assertThatThrownBy(() -> LabelledImages.open(folder, 0)).isInstanceOf(InputException.class);
        assertThatThrownBy(() -> LabelledImages.open(folder.resolve("missing"), 0))
                .isInstanceOf(InputException.class);
    }
}
