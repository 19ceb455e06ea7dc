package dev.signet.lab.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.signet.lab.metric.Metric;
import dev.signet.onnx.InputException;
import dev.signet.quantize.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecognizedTest {
    private static final Recognized.Context PICTURE = new Recognized.Context(64, 64, false, null);

    private static Tensor tensor(float[] values, long... shape) {
        return new Tensor(shape, values);
    }

    private static Map<String, Tensor> outputs(Object... namesAndTensors) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTensors.length; i += 2) {
            outputs.put((String) namesAndTensors[i], (Tensor) namesAndTensors[i + 1]);
        }
        return outputs;
    }

    private static Recognized auto(List<Map<String, Tensor>> samples) {
        return Recognized.of(samples, PICTURE, null, null, "model");
    }

    /** Cells of strides 8, 16, 32 in 64 x 64 pixels: 64 + 16 + 4. */
    private static final int CELLS = 84;

    /** Nothing anywhere but in one cell of stride 8, column 3 of row 2, its box one and a half cells wide. */
    private static float[] yolox(float sure, double x) {
        float[] values = new float[CELLS * 7];
        for (int i = 0; i < CELLS; i++) {
            values[7 * i] = 0.5f;
            values[7 * i + 4] = 0.01f;
        }
        int at = 7 * (2 * 8 + 3);
        float[] row = {(float) x, 0.5f, (float) Math.log(1.5), 0, sure, 0.1f, 1};
        System.arraycopy(row, 0, values, at, row.length);
        return values;
    }

    @Test
    void readsTheGridsOfYolox() {
        Map<String, Tensor> found = outputs("output", tensor(yolox(0.9f, 0.25), 1, CELLS, 7));
        BoxReader reader = BoxReader.of(found, 64, 64).orElseThrow();
        List<Box> boxes = Box.surest(reader.read(found), 0.5, 0.45);
        assertThat(boxes).hasSize(1);
        Box box = boxes.getFirst();
        // The centre is at 3.25 and 2.5 cells of 8 pixels.
        assertThat(box.left()).isCloseTo(26 - 6, within(1e-5));
        assertThat(box.right()).isCloseTo(26 + 6, within(1e-5));
        assertThat(box.top()).isCloseTo(16, within(1e-5));
        assertThat(box.score()).isCloseTo(0.9, within(1e-6));
        assertThat(box.kind()).isEqualTo(6);
    }

    @Test
    void countsBoxesThatAreFoundAgain() {
        Map<String, Tensor> original = outputs("output", tensor(yolox(0.9f, 0.25), 1, CELLS, 7));
        Recognized recognized = auto(List.of(original));
        assertThat(recognized.kind()).isEqualTo(OutputKind.BOXES);
        Comparison comparison = recognized.comparison().get();
        comparison.add(original, outputs("output", tensor(yolox(0.45f, 0.4), 1, CELLS, 7)));
        comparison.add(original, outputs("output", tensor(yolox(0.9f, 2), 1, CELLS, 7)));
        comparison.add(original, outputs("output", tensor(yolox(0.3f, 0.25), 1, CELLS, 7)));
        var measured = comparison.measured();
        // A little less sure is found; moved away, and unsure, are not.
        assertThat(measured.samples()).containsExactly(100, 0, 0);
        assertThat(measured.figures().get(Metric.BOXES)).isCloseTo(100 / 3.0, within(1e-9));
        assertThat(measured.figures().get(Metric.OTHER_BOXES)).isCloseTo(100 / 3.0, within(1e-9));
    }

    @Test
    void readsDecodedAndTransposedGrids() {
        float[] values = new float[5 * CELLS];
        for (int i = 0; i < CELLS; i++) {
            values[i] = i % 8 * 8;
            values[CELLS + i] = i;
            values[2 * CELLS + i] = 4;
            values[3 * CELLS + i] = 4;
        }
        values[4 * CELLS + 20] = 0.8f;
        Map<String, Tensor> outputs = outputs("output0", tensor(values, 1, 5, CELLS));
        BoxReader reader = BoxReader.of(outputs, 64, 64).orElseThrow();
        assertThat(Box.surest(reader.read(outputs), 0.5, 0.45))
                .singleElement()
                .satisfies(box -> assertThat(box.left()).isEqualTo(20 % 8 * 8 - 2));
    }

    @Test
    void leavesTheBackgroundOfListedBoxesOut() {
        int n = 20;
        float[] places = new float[4 * n];
        float[] scores = new float[2 * n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(new float[] {i, i, i + 3, i + 3}, 0, places, 4 * i, 4);
            scores[2 * i] = i == 7 ? 0.2f : 0.9f;
            scores[2 * i + 1] = 1 - scores[2 * i];
        }
        Map<String, Tensor> outputs = outputs("scores", tensor(scores, 1, n, 2), "boxes", tensor(places, 1, n, 4));
        BoxReader reader = BoxReader.of(outputs, 64, 64).orElseThrow();
        assertThat(Box.surest(reader.read(outputs), 0.5, 0.3))
                .singleElement()
                .satisfies(box -> assertThat(box).isEqualTo(new Box(7, 7, 10, 10, box.score(), 1)));
        assertThat(reader.hasClasses()).isFalse();
    }

    @Test
    void readsTextsAndCountsEdits() {
        // Blank is 0: "1 1 - 1 2" reads 1, 1, 2.
        Map<String, Tensor> original = outputs("text", tensor(steps(1, 1, 0, 1, 2, 0, 0), 1, 7, 12));
        Recognized recognized = auto(List.of(original));
        assertThat(recognized.kind()).isEqualTo(OutputKind.TEXT);
        Comparison comparison = recognized.comparison().get();
        comparison.add(original, outputs("text", tensor(steps(1, 0, 0, 1, 3, 0, 0), 1, 7, 12)));
        comparison.add(original, original);
        // One of six characters is another one; one of two lines is the same.
        assertThat(comparison.measured().figures().get(Metric.CHARACTERS)).isCloseTo(100 * 5 / 6.0, within(1e-9));
        assertThat(comparison.measured().figures().get(Metric.LINES)).isEqualTo(50);
        assertThat(Comparisons.edits(new int[] {1, 2, 3}, new int[] {2, 3, 4, 5}))
                .isEqualTo(3);
        assertThat(Comparisons.edits(new int[0], new int[] {2})).isEqualTo(1);
    }

    private static float[] steps(int... characters) {
        float[] values = new float[12 * characters.length];
        for (int i = 0; i < characters.length; i++) {
            Arrays.fill(values, 12 * i, 12 * i + 12, 0.01f);
            values[12 * i + characters[i]] = 0.89f;
        }
        return values;
    }

    @Test
    void comparesMasks() {
        Map<String, Tensor> left = outputs("mask", tensor(mask(4), 1, 1, 8, 8));
        Recognized recognized = auto(List.of(left));
        assertThat(recognized.kind()).isEqualTo(OutputKind.MASK);
        Comparison comparison = recognized.comparison().get();
        comparison.add(left, outputs("mask", tensor(mask(6), 1, 1, 8, 8)));
        assertThat(comparison.measured().figures().get(Metric.IOU)).isCloseTo(4 / 6.0, within(1e-9));
    }

    /** As many columns as are said belong to it. */
    private static float[] mask(int columns) {
        float[] values = new float[64];
        for (int i = 0; i < 64; i++) {
            values[i] = i % 8 < columns ? 0.97f : 0.02f;
        }
        return values;
    }

    @Test
    void aPictureIsNoMask() {
        float[] grey = filled(256, i -> i / 255.0);
        Recognized recognized = auto(List.of(outputs("grey", tensor(grey, 1, 1, 16, 16))));
        assertThat(recognized.kind()).isEqualTo(OutputKind.PICTURE);
        float[] other = filled(256, i -> grey[i] + 0.1);
        Comparison comparison = recognized.comparison().get();
        comparison.add(outputs("grey", tensor(grey, 1, 1, 16, 16)), outputs("grey", tensor(other, 1, 1, 16, 16)));
        assertThat(comparison.measured().figures().get(Metric.PSNR)).isCloseTo(20, within(1e-3));
    }

    @Test
    void tellsClassesFromFeatures() {
        var random = new SplittableRandom(1);
        List<Map<String, Tensor>> scores = new ArrayList<>();
        List<Map<String, Tensor>> vectors = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            float[] values = filled(16, k -> random.nextGaussian());
            scores.add(outputs("scores", tensor(values, 1, 16)));
            double norm = Math.sqrt(squares(values));
            float[] unit = filled(16, k -> values[k] / norm);
            vectors.add(outputs("embedding", tensor(unit, 1, 16)));
        }
        assertThat(auto(scores).kind()).isEqualTo(OutputKind.CLASSES);
        assertThat(auto(vectors).kind()).isEqualTo(OutputKind.FEATURES);
        float[] map = filled(64 * 16, k -> random.nextGaussian());
        assertThat(auto(List.of(outputs("map", tensor(map, 1, 64, 4, 4)))).kind())
                .isEqualTo(OutputKind.FEATURES);
        // The same best number for all samples is no class.
        List<Map<String, Tensor>> numbers = List.of(
                outputs("mos", tensor(new float[] {1, 2, 4}, 1, 3)),
                outputs("mos", tensor(new float[] {2, 3, 5}, 1, 3)));
        assertThat(auto(numbers).kind()).isEqualTo(OutputKind.VALUES);
    }

    private static float[] filled(int length, IntToDoubleFunction value) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) value.applyAsDouble(i);
        }
        return values;
    }

    private static double squares(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value * value;
        }
        return sum;
    }

    @Test
    void cosineIsThatOfEachPlace() {
        // Two places with two channels each: the first the same, the second at a right angle.
        Tensor a = tensor(new float[] {1, 1, 0, 0}, 1, 2, 1, 2);
        Tensor b = tensor(new float[] {2, 0, 0, 3}, 1, 2, 1, 2);
        Recognized features = of(List.of(outputs("f", a)), OutputKind.FEATURES, null);
        Comparison comparison = features.comparison().get();
        comparison.add(outputs("f", a), outputs("f", b));
        assertThat(comparison.measured().figures().get(Metric.COSINE)).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void soundIsMeasuredWhole() {
        Recognized sound = of(List.of(outputs("s", tensor(new float[] {3, 4}, 1, 2))), OutputKind.SOUND, null);
        Comparison comparison = sound.comparison().get();
        comparison.add(
                outputs("s", tensor(new float[] {3, 4}, 1, 2)), outputs("s", tensor(new float[] {3, 4.5f}, 1, 2)));
        assertThat(comparison.measured().figures().get(Metric.SNR)).isCloseTo(20, within(1e-9));
    }

    private static Recognized of(
            List<Map<String, Tensor>> samples, @Nullable OutputKind wanted, @Nullable String output) {
        return Recognized.of(samples, PICTURE, wanted, output, "model.onnx");
    }

    @Test
    void saysWhatIsNotThere() {
        List<Map<String, Tensor>> scores = List.of(outputs("scores", tensor(new float[] {1, 2, 3}, 1, 3)));
        assertThatThrownBy(() -> of(scores, OutputKind.BOXES, null))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("model.onnx")
                .hasMessageContaining("scores [1, 3]")
                .hasMessageContaining("boxes")
                .hasMessageContaining("agreement");
        assertThatThrownBy(() -> of(scores, null, "other"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("other")
                .hasMessageContaining("scores");
    }

    @Test
    void overlapsAndSuppresses() {
        Box a = new Box(0, 0, 10, 10, 0.9, 1);
        Box b = new Box(5, 0, 15, 10, 0.8, 1);
        assertThat(a.overlap(b)).isCloseTo(50 / 150.0, within(1e-9));
        assertThat(Box.surest(List.of(b, a), 0.5, 0.3)).containsExactly(a);
        assertThat(Box.surest(List.of(b, a), 0.5, 0.4)).containsExactly(a, b);
        Box other = new Box(0, 0, 10, 10, 0.7, 2);
        assertThat(Box.surest(List.of(other, a), 0.5, 0.3)).containsExactly(a, other);
        assertThat(Box.found(List.of(a, other), List.of(other))).containsExactly(false, true);
        // One box is found once.
        assertThat(Box.found(List.of(a, a), List.of(a))).containsExactly(true, false);
    }
}
