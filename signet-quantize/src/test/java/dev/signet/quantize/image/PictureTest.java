package dev.signet.quantize.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.signet.onnx.InputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTest {
    @TempDir
    Path folder;

    @Test
    void readsColoursAndGreyWithoutChangingThem() throws IOException {
        var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0x0a141e);
        image.setRGB(1, 0, 0xff8001);
        assertThat(written(image).values()).containsExactly(10, 255, 20, 128, 30, 1);
        var grey = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSamples(0, 0, 3, 1, 0, new int[] {0, 100, 255});
        assertThat(written(grey).values()).containsExactly(0, 100, 255, 0, 100, 255, 0, 100, 255);
    }

    private Picture written(BufferedImage image) throws IOException {
        Path file = folder.resolve("picture.png");
        ImageIO.write(image, "png", file.toFile());
        return Picture.read(file);
    }

    @Test
    void refusesDamagedFilesAndLyingSizes() throws IOException {
        Path text = Files.writeString(folder.resolve("text.png"), "hello");
        assertThatThrownBy(() -> Picture.read(text))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("text.png");
        var image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        Path file = folder.resolve("lying.png");
        ImageIO.write(image, "png", file.toFile());
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).putInt(16, 1 << 30).putInt(20, 1 << 30);
        Files.write(file, bytes);
        assertThatThrownBy(() -> Picture.read(file)).isInstanceOf(InputException.class);
    }

    @Test
    void resizingKeepsConstantsAndMeans() {
        float[] values = new float[3 * 8 * 6];
        for (int i = 0; i < values.length; i++) {
            values[i] = i < 48 ? 7 : i % 8;
        }
        Picture small = Resampling.bilinear(new Picture(8, 6, values), 4, 3);
        for (int i = 0; i < 12; i++) {
            assertThat(small.values()[i]).isCloseTo(7, within(1e-5f));
        }
        double mean = 0;
        for (int i = 12; i < 24; i++) {
            mean += small.values()[i] / 12;
        }
        assertThat(mean).isCloseTo(3.5, within(1e-4));
        assertThat(Resampling.shorterSide(small, 6).width()).isEqualTo(8);
    }

    @Test
    void preprocessingNormalizesAndOrdersChannels() {
        var picture = new Picture(1, 1, new float[] {255, 0, 51});
        float[] input = new float[3];
        Preprocessing.CLASSIFICATION.write(picture, true, input, 0);
        assertThat(input[0]).isCloseTo((1 - 0.485f) / 0.229f, within(1e-5f));
        assertThat(input[1]).isCloseTo(-0.456f / 0.224f, within(1e-5f));
        new Preprocessing(1, new double[3], new double[] {1, 1, 1}, true, 0).write(picture, false, input, 0);
        assertThat(input).containsExactly(51, 0, 255);
    }

    @Test
    void fitsAnyPictureToTheInput() {
        var wide = new Picture(40, 10, new float[1200]);
        Picture fitted = Preprocessing.CLASSIFICATION.fit(wide, 32, 32);
        assertThat(fitted.width()).isEqualTo(32);
        assertThat(fitted.height()).isEqualTo(32);
        var exact = new Picture(32, 32, new float[3072]);
        assertThat(Preprocessing.CLASSIFICATION.fit(exact, 32, 32)).isSameAs(exact);
    }
}
