package dev.signet.quantize.drawn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.quantize.image.Picture;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProceduralImagesTest {
    private interface Drawing {
        Picture draw(int width, int height, SplittableRandom random);
    }

    private static Drawing drawing(String name) {
        return switch (name) {
            case "leaves" -> DeadLeaves::draw;
            case "scene" -> Scene::draw;
            default -> ColouredNoise::draw;
        };
    }

    @ParameterizedTest
    @CsvSource({
        "leaves,32,32",
        "leaves,1,1",
        "leaves,50,7",
        "noise,32,32",
        "noise,1,1",
        "noise,50,7",
        "scene,32,32",
        "scene,1,1",
        "scene,50,7"
    })
    void imagesAreSeededVariedAndInRange(String name, int width, int height) {
        Drawing drawing = drawing(name);
        float[] values = drawing.draw(width, height, new SplittableRandom(1)).values();
        assertThat(values)
                .containsExactly(
                        drawing.draw(width, height, new SplittableRandom(1)).values());
        assertThat(values)
                .isNotEqualTo(
                        drawing.draw(width, height, new SplittableRandom(2)).values());
        for (float value : values) {
            assertThat(value).isBetween(0f, 255f);
        }
    }

    @ParameterizedTest
    @CsvSource({"leaves", "noise"})
    void neighboursAreAlikeAsInPhotographs(String name) {
        double near = 0;
        double far = 0;
        var random = new SplittableRandom(3);
        for (int n = 0; n < 20; n++) {
            Picture picture = drawing(name).draw(32, 32, random);
            for (int y = 0; y < 32; y++) {
                for (int x = 0; x < 16; x++) {
                    near += Math.pow(picture.at(0, y, x) - picture.at(0, y, x + 1), 2);
                    far += Math.pow(picture.at(0, y, x) - picture.at(0, y, x + 16), 2);
                }
            }
        }
        assertThat(near).isLessThan(far / 3);
    }

    @Test
    void leavesCoverEverything() {
        Picture picture = DeadLeaves.draw(64, 48, new SplittableRandom(5));
        int black = 0;
        for (int i = 0; i < 64 * 48; i++) {
            black += picture.values()[i] == 0 ? 1 : 0;
        }
        assertThat(black).isLessThan(64 * 48 / 4);
    }

    /** Photographs (24 of COCO): standard deviation of a step 7 to 17, kurtosis 26; 60 % of a white spectrum's fine part. */
    @Test
    void scenesHaveStepsLikePhotographs() {
        double squares = 0;
        double fourth = 0;
        int count = 0;
        for (int n = 0; n < 12; n++) {
            Picture picture = Scene.draw(160, 120, new SplittableRandom(100 + n));
            for (int y = 0; y < 120; y++) {
                for (int x = 0; x + 1 < 160; x++) {
                    double step = picture.at(1, y, x + 1) - picture.at(1, y, x);
                    squares += step * step;
                    fourth += step * step * step * step;
                    count++;
                }
            }
        }
        double variance = squares / count;
        assertThat(Math.sqrt(variance)).isBetween(7.0, 30.0);
        assertThat(fourth / count / (variance * variance)).isBetween(8.0, 80.0);
    }

    @Test
    void soundIsLoudAndQuietAndInRange() {
        double loudest = 0;
        double quietest = 1;
        for (int n = 0; n < 30; n++) {
            float[] sound = SoundSignal.draw(8000, new SplittableRandom(n));
            double peak = 0;
            for (float value : sound) {
                assertThat(value).isBetween(-1f, 1f);
                peak = Math.max(peak, Math.abs(value));
            }
            loudest = Math.max(loudest, peak);
            quietest = Math.min(quietest, peak);
        }
        assertThat(loudest).isGreaterThan(0.5);
        assertThat(quietest).isLessThan(0.1);
    }

    /** A logarithm hears what lies 60 dB below the loudest: recordings have such parts, and 16 bits end it. */
    @Test
    void soundHasWhatIsNearlySilentAndIsRoundedTo16Bits() {
        int empty = 0;
        for (int n = 0; n < 40; n++) {
            float[] sound = SoundSignal.draw(16_000, new SplittableRandom(n));
            for (float value : sound) {
                assertThat(value * 32_768).isEqualTo(Math.round(value * 32_768));
            }
            double all = 0;
            double high = 0;
            for (int start = 0; start + 512 < sound.length; start += 2_000) {
                float[] spectrum = SoundSignal.spectrum(sound, start, 257);
                for (int i = 0; i < spectrum.length; i++) {
                    all += spectrum[i] * spectrum[i];
                    high += i / 2 > 235 ? spectrum[i] * spectrum[i] : 0;
                }
            }
            empty += high < 1e-6 * all ? 1 : 0;
        }
        assertThat(empty).isBetween(4, 36);
    }
}
