package dev.signet.lab.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.quantize.image.Picture;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DrawnPicturesTest {
    private static Stream<Picture> figures(Split split) {
        var images = new FigureImages(split, 100);
        return IntStream.range(0, images.size()).mapToObj(images::image);
    }

    private static Stream<Picture> scenes(Split split) {
        var scenes = new Scenes(split, 64, 48);
        return IntStream.range(0, 12).mapToObj(scenes::picture);
    }

    /** The built-in samples were trained on just these pictures: they must not change, on no machine. */
    @Test
    void picturesAreTheSameEverywhere() {
        assertThat(List.of(
                        hash(figures(Split.TRAINING)),
                        hash(figures(Split.HELD_OUT)),
                        hash(scenes(Split.TRAINING)),
                        hash(scenes(Split.HELD_OUT)),
                        hash(Stream.of(Artwork.GLASS.picture(64, 64))),
                        hash(Stream.of(Artwork.STROKES.picture(64, 64)))))
                .containsExactly(
                        "d296ad901130bf89",
                        "03249e0e0706b3ca",
                        "cdc46de098582941",
                        "a7b8b3e0d327f5a3",
                        "bc6952d40e12be42",
                        "e0a42f1bfe4dbc83");
    }

    private static String hash(Stream<Picture> pictures) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            pictures.forEach(picture -> {
                for (float value : picture.values()) {
                    digest.update((byte) value);
                }
            });
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void noHeldOutPictureIsATrainingPicture() {
        List<float[]> all = new ArrayList<>();
        Stream.of(Split.values()).forEach(split -> {
            figures(split).map(Picture::values).forEach(all::add);
            scenes(split).map(Picture::values).forEach(all::add);
        });
        assertThat(all.stream().map(FloatBuffer::wrap)).doesNotHaveDuplicates();
    }

    @Test
    void valuesAreBytesAndPicturesAreNotDull() {
        Stream.concat(figures(Split.TRAINING), scenes(Split.TRAINING)).forEach(picture -> {
            double sum = 0;
            double squares = 0;
            for (float value : picture.values()) {
                assertThat(value).isEqualTo(Math.round(value)).isBetween(0f, 255f);
                sum += value;
                squares += value * value;
            }
            int n = picture.values().length;
            assertThat(Math.sqrt(squares / n - sum / n * sum / n)).isGreaterThan(5);
        });
    }

    @Test
    void everyClassIsDrawnAsOften() {
        var images = new FigureImages(Split.HELD_OUT, 1000);
        int[] count = new int[10];
        IntStream.range(0, 1000).map(images::label).forEach(label -> count[label]++);
        assertThat(count).containsOnly(100);
        assertThat(IntStream.range(0, 10).mapToObj(images::className))
                .containsExactly(
                        "disc",
                        "ring",
                        "half disc",
                        "crescent",
                        "triangle",
                        "square",
                        "pentagon",
                        "star",
                        "cross",
                        "heart");
    }

    @Test
    void scenesHaveEdgesAndSmoothPlaces() {
        // Neighbours of photographs are mostly alike and sometimes not: the
        // differences' kurtosis is far above a Gaussian's 3.
        double squares = 0;
        double fourths = 0;
        int n = 0;
        for (Picture picture : scenes(Split.TRAINING).toList()) {
            for (int y = 0; y < picture.height(); y++) {
                for (int x = 1; x < picture.width(); x++) {
                    double square = Math.pow(picture.at(1, y, x) - picture.at(1, y, x - 1), 2);
                    squares += square;
                    fourths += square * square;
                    n++;
                }
            }
        }
        assertThat(fourths / n / Math.pow(squares / n, 2)).isGreaterThan(6);
    }
}
