package dev.signet.lab.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxJavaType;
import dev.signet.onnx.InputException;
import dev.signet.quantize.drawn.DeadLeaves;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.image.YCbCr;
import dev.signet.quantize.input.InputRange;
import dev.signet.quantize.runtime.RunnableModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class PictureTasksTest {
    /** A model that is a function. */
    private record Fake(long[] inputShape, UnaryOperator<Tensor> function, List<long[]> seen) implements RunnableModel {
        Fake(UnaryOperator<Tensor> function, long... inputShape) {
            this(inputShape, function, new ArrayList<>());
        }

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public List<TensorSpec> inputs() {
            return List.of(new TensorSpec("x", inputShape, OnnxJavaType.FLOAT));
        }

        @Override
        public List<TensorSpec> outputs() {
            return List.of(new TensorSpec("y", new long[0], OnnxJavaType.FLOAT));
        }

        @Override
        public PreparedRun prepare(float[] values, long... shape) {
            seen.add(shape);
            Tensor result = function.apply(new Tensor(shape, values));
            return new PreparedRun() {
                @Override
                public void run() {}

                @Override
                public Tensor output() {
                    return result;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }

    private static Tensor onlyMultiplesOfFour(Tensor input) {
        if (input.shape()[2] % 4 != 0 || input.shape()[3] % 4 != 0) {
            throw InputException.of("fake", "sides are no multiples of 4", "pad");
        }
        return input;
    }

    private static Picture picture(int width, int height) {
        return DeadLeaves.draw(width, height, new SplittableRandom(5));
    }

    @Test
    void sidesAreExtendedUntilTheNetworkTakesThemAndCutAgain() {
        Fake model = new Fake(PictureTasksTest::onlyMultiplesOfFour, -1, 3, -1, -1);
        Picture picture = picture(13, 6);
        Picture result = new ImageNetwork(model, Preprocessing.BYTES).apply(picture);
        assertThat(model.seen()).containsExactly(new long[] {1, 3, 6, 13}, new long[] {1, 3, 8, 16});
        assertThat(result.width()).isEqualTo(13);
        assertThat(result.values()).containsExactly(picture.values());
    }

    @Test
    void aFixedSizeTakesSmallerPicturesOnly() {
        Fake model = new Fake(UnaryOperator.identity(), 2, 16, 16, 3);
        Picture picture = picture(9, 16);
        assertThat(new ImageNetwork(model, Preprocessing.UNIT).apply(picture).values())
                .usingComparatorWithPrecision(1e-3f)
                .containsExactly(picture.values());
        assertThatThrownBy(() -> new ImageNetwork(model, Preprocessing.UNIT).apply(picture(17, 16)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("--resize");
    }

    @Test
    void aResultThatIsNoMultipleStaysAsItIs() {
        Fake model = new Fake(input -> new Tensor(new long[] {1, 3, 4, 5}, new float[60]), -1, 3, -1, -1);
        Picture result = new ImageNetwork(model, Preprocessing.UNIT).apply(picture(9, 8));
        assertThat(result.width()).isEqualTo(5);
        assertThat(result.height()).isEqualTo(4);
    }

    @Test
    void whatIsNoImageOrNotFiniteIsRefused() {
        Fake scores = new Fake(input -> new Tensor(new long[] {1, 10}, new float[10]), -1, 3, -1, -1);
        assertThatThrownBy(() -> new ImageNetwork(scores, Preprocessing.UNIT).apply(picture(8, 8)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("--top");
        Fake infinite = new Fake(
                input -> new Tensor(input.shape(), new float[] {Float.NaN, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
                1,
                3,
                2,
                2);
        assertThatThrownBy(() -> new ImageNetwork(infinite, Preprocessing.UNIT).apply(picture(2, 2)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("NaN");
    }

    @Test
    void theRangeIsSeenInWhatANetworkGives() {
        Fake unit = new Fake(UnaryOperator.identity(), -1, 3, -1, -1);
        assertThat(InputRange.ofImages(unit)).isEqualTo(Preprocessing.UNIT);
        Fake bytes = new Fake(
                input -> {
                    float[] values = input.values().clone();
                    java.util.Arrays.fill(values, 120);
                    return new Tensor(input.shape(), values);
                },
                -1,
                1,
                -1,
                -1);
        assertThat(InputRange.ofImages(bytes)).isEqualTo(Preprocessing.BYTES);
    }

    @Test
    void scoresBecomeProbabilitiesUnlessTheyAre() {
        assertThat(Recognition.probabilities(new float[] {0, (float) Math.log(3)}))
                .containsExactly(new double[] {0.25, 0.75}, within(1e-6));
        assertThat(Recognition.probabilities(new float[] {0.25f, 0.75f})).containsExactly(0.25, 0.75);
        // Large scores do not overflow.
        assertThat(Recognition.probabilities(new float[] {1000, 1000, -1000}))
                .containsExactly(new double[] {0.5, 0.5, 0}, within(1e-12));
        // A sum of 1 with a negative score is no distribution.
        assertThat(Recognition.probabilities(new float[] {2, -1})[0]).isLessThan(1);
    }

    @Test
    void theBestClassesComeFirstAndTiesByNumber() {
        assertThat(Recognition.best(new float[] {1, 7, 3, 7}, 3).stream().map(Recognition.Candidate::label))
                .containsExactly(1, 3, 2);
        assertThat(Recognition.best(new float[] {1, 7}, 5)).hasSize(2);
    }

    @Test
    void aClassifierOfAnySizeSeesSmallPicturesAsTheyAre() {
        Fake model = new Fake(input -> new Tensor(new long[] {1, 2, 1, 1}, new float[] {1, 2}), -1, 3, -1, -1);
        assertThat(Recognition.scores(model, picture(40, 30), Preprocessing.CLASSIFICATION))
                .containsExactly(1, 2);
        Recognition.scores(model, picture(400, 100), Preprocessing.CLASSIFICATION);
        assertThat(model.seen()).containsExactly(new long[] {1, 3, 30, 40}, new long[] {1, 3, 224, 224});
    }

    @Test
    void lumaAndColoursGiveThePictureAgain() {
        Picture picture = picture(12, 9);
        YCbCr parts = YCbCr.of(picture);
        assertThat(parts.withLuma(12, 9, parts.luma()).picture().values())
                .usingComparatorWithPrecision(1e-2f)
                .containsExactly(picture.values());
    }

    @Test
    void aBicubicFilterKeepsPlanes() {
        float[] ramp = new float[3 * 20 * 20];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = i % 20;
        }
        Picture larger = dev.signet.quantize.image.Resampling.bicubic(new Picture(20, 20, ramp), 40, 40);
        // Away from the borders a ramp stays a ramp: sample x lies at (x + 0.5) / 2 - 0.5.
        for (int x = 6; x < 34; x++) {
            assertThat(larger.at(1, 20, x)).isCloseTo((x + 0.5f) / 2 - 0.5f, within(1e-4f));
        }
    }
}
