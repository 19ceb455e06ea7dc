package dev.signet.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both twins on random slabs, and the lookup against sums one by one. */
class SlabKernelsTest {
    private final SlabKernels plain = new ScalarSlabs();
    private final SlabKernels vector = new VectorSlabs();
    private final Random random = new Random(11);

    static IntStream sizes() {
        return IntStream.of(1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 200);
    }

    private float[] values(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static void assertClose(float[] actual, float[] expected, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as("element %d", i).isCloseTo(expected[i], within(tolerance));
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void tablesHoldAllSignedSumsOfFourInputs(int n) {
        float[] x = values(n + 3);
        float[] expected = new float[SlabKernels.tableFloats(n)];
        float[] actual = new float[expected.length];
        plain.tables(x, n, expected);
        vector.tables(x, n, actual);
        assertClose(actual, expected, 1e-5);
        // Entry 5: the first and the third with a plus.
        float sum = x[0] - (n > 1 ? x[1] : 0) + (n > 2 ? x[2] : 0) - (n > 3 ? x[3] : 0);
        assertThat(expected[5]).isCloseTo(sum, within(1e-6f));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void tableSumsAreSignedSums(int n) {
        int words = SlabKernels.words(n);
        float[] x = values(n);
        float[] tables = new float[SlabKernels.tableFloats(n)];
        plain.tables(x, n, tables);
        for (int count = 1; count <= 9; count++) {
            int[] codes = random.ints(3 + count * words * SlabKernels.ROWS).toArray();
            float[] expected = new float[2 + count * SlabKernels.ROWS];
            float[] actual = new float[expected.length];
            plain.tableSums(count, words, codes, 3, tables, expected, 2);
            vector.tableSums(count, words, codes, 3, tables, actual, 2);
            assertClose(actual, expected, 1e-5 * (1 + n));
            int row = random.nextInt(count * SlabKernels.ROWS);
            double sum = 0;
            for (int k = 0; k < n; k++) {
                int at = 3 + (row / SlabKernels.ROWS * words + k / 32) * SlabKernels.ROWS + row % SlabKernels.ROWS;
                sum += (codes[at] >>> k % 32 & 1) != 0 ? x[k] : -x[k];
            }
            assertThat((double) actual[2 + row]).isCloseTo(sum, within(1e-5 * (1 + n)));
        }
    }

    /** The vector twin has tables of bytes on some machines only; elsewhere this is the plain one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 100, 4096, 5000, 9000})
    void sumsOfBytesAreWithinHalfAStepForEachLookup(int n) {
        int words = SlabKernels.words(n);
        float[] tables = new float[SlabKernels.tableFloats(n)];
        plain.tables(values(n), n, tables);
        int count = 5;
        int[] codes = random.ints(3 + count * words * SlabKernels.ROWS).toArray();
        float[] exact = new float[count * SlabKernels.ROWS];
        plain.tableSums(count, words, codes, 3, tables, exact, 0);
        for (SlabKernels twin : new SlabKernels[] {plain, vector}) {
            float[] bytes = new float[7 + twin.byteTableFloats(n)];
            float step = twin.byteTables(tables, n, bytes, 7);
            float[] sums = new float[2 + exact.length];
            twin.byteSums(count, words, codes, 3, bytes, 7, step, sums, 2);
            double squared = 0;
            for (int i = 0; i < exact.length; i++) {
                double error = sums[2 + i] - exact[i];
                assertThat(Math.abs(error)).isLessThan(0.501 * step * words * 8);
                squared += error * error;
            }
            // Of independent roundings, each of them less than half a step.
            assertThat(Math.sqrt(squared / exact.length)).isLessThan(0.45 * step * Math.sqrt(words * 8));
        }
    }

    @Test
    void bytesOfZerosAndOfNothingFinite() {
        for (SlabKernels twin : new SlabKernels[] {plain, vector}) {
            float[] tables = new float[SlabKernels.tableFloats(32)];
            float[] bytes = new float[twin.byteTableFloats(32)];
            float[] sums = new float[SlabKernels.ROWS];
            int[] codes = random.ints(SlabKernels.ROWS).toArray();
            twin.byteSums(1, 1, codes, 0, bytes, 0, twin.byteTables(tables, 32, bytes, 0), sums, 0);
            assertThat(sums).containsOnly(0);
            plain.tables(new float[] {Float.NaN, 1}, 2, tables);
            twin.byteSums(1, 1, codes, 0, bytes, 0, twin.byteTables(tables, 32, bytes, 0), sums, 0);
            assertThat(sums).containsOnly(Float.NaN);
        }
    }

    @Test
    void combine() {
        for (int planes = 1; planes <= 8; planes++) {
            int slabs = 3;
            float[] numbers = values(slabs * (planes + 1) * SlabKernels.ROWS + 1);
            float[] sums = values(slabs * planes * SlabKernels.ROWS);
            float[] expected = new float[slabs * SlabKernels.ROWS + 5];
            float[] actual = expected.clone();
            plain.combine(slabs, planes, numbers, 1, 0.7f, sums, expected, 5);
            vector.combine(slabs, planes, numbers, 1, 0.7f, sums, actual, 5);
            assertClose(actual, expected, 1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void decodeRow(int n) {
        int words = SlabKernels.words(n);
        int[] codes = random.ints(4L * words * SlabKernels.ROWS).toArray();
        int stride = words * SlabKernels.ROWS;
        for (int count = 1; count <= 4; count++) {
            for (float base : new float[] {-0.5f, Float.NaN}) {
                float[] start = values(n + 4);
                float[] expected = start.clone();
                float[] actual = start.clone();
                plain.decodeRow(codes, 5, stride, count, base, 4, 2, 1, 0.5f, expected, 3, n);
                vector.decodeRow(codes, 5, stride, count, base, 4, 2, 1, 0.5f, actual, 3, n);
                assertClose(actual, expected, 1e-5);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void decodeSlab(int n) {
        int slabInts = SlabKernels.words(n) * SlabKernels.ROWS;
        for (int planes = 1; planes <= 8; planes++) {
            int[] codes = random.ints(planes * slabInts + 7).toArray();
            float[] numbers = values((planes + 1) * SlabKernels.ROWS + 1);
            float[] expected = new float[n * 32 + 9];
            float[] actual = expected.clone();
            plain.decodeSlab(codes, 7, slabInts, planes, numbers, 1, expected, 9, 32, n);
            vector.decodeSlab(codes, 7, slabInts, planes, numbers, 1, actual, 9, 32, n);
            assertClose(actual, expected, 1e-5);
        }
    }
}
