package dev.signet.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both twins on random signs and columns, against sums in fp64. */
class LookupKernelsTest {
    private static final int ROWS = SlabKernels.ROWS;

    static Stream<Arguments> sizes() {
        return Stream.of(new ScalarLookups(), new VectorLookups())
                .flatMap(twin -> Stream.of(1, 2, 5, 32)
                        .flatMap(words -> Stream.of(1, 2, 4).map(planes -> Arguments.of(twin, words, planes))));
    }

    /** A tile of rows times columns: everything that a twin is given, and what it must come to. */
    private static final class Case {
        final int words;
        final int planes;
        final int[] codes;
        final float[] b;
        final int[] offsets;
        final float[] numbers;

        Case(int words, int planes, int width) {
            Random random = new Random(words * 10L + planes);
            this.words = words;
            this.planes = planes;
            codes = random.ints((long) planes * words * ROWS).toArray();
            int depth = words * SlabKernels.COLUMNS;
            b = new float[depth * (width + 3)];
            offsets = new int[depth];
            Arrays.setAll(offsets, k -> k * (width + 3) + k % 3);
            for (int i = 0; i < b.length; i++) {
                b[i] = (float) (random.nextGaussian() * (i % 5));
            }
            numbers = new float[(planes + 1) * ROWS];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = random.nextFloat() - (i < planes * ROWS ? 0 : 0.5f);
            }
        }

        double exact(int r, int n) {
            double sum = 0;
            for (int k = 0; k < offsets.length; k++) {
                double weight = numbers[planes * ROWS + r];
                for (int p = 0; p < planes; p++) {
                    int code = codes[(p * words + k / SlabKernels.COLUMNS) * ROWS + r];
                    double a = numbers[p * ROWS + r];
                    weight += (code >>> k % SlabKernels.COLUMNS & 1) != 0 ? a : -a;
                }
                sum += weight * b[offsets[k] + n];
            }
            return sum;
        }

        /** What the class comment states. */
        double bound(int r, int n) {
            double largest = 0;
            for (int k = 0; k < offsets.length; k += 4) {
                double size = 0;
                for (int i = 0; i < 4; i++) {
                    size += Math.abs(b[offsets[k + i] + n]);
                }
                largest = Math.max(largest, size);
            }
            double sum = 0;
            for (int p = 0; p < planes; p++) {
                sum += numbers[p * ROWS + r];
            }
            return sum * 0.51 / 4 * offsets.length * largest / LookupKernels.LEVELS + 1e-4;
        }

        /** In calls of one and more words, as products do it. */
        float[] run(LookupKernels twin, float[] c, int cStride, boolean goOn) {
            int groups = words * 8;
            float[] ranges = new float[twin.rangeFloats()];
            int first = groups / 3;
            twin.ranges(first, b, offsets, 0, 0, false, ranges, 0);
            twin.ranges(groups - first, b, offsets, 4 * first, 0, true, ranges, 0);
            twin.steps(ranges, 0);
            float[] tables = new float[(groups + 1) * twin.tableFloats()];
            twin.tables(groups, b, offsets, 0, 0, ranges, 0, tables, 0);
            float[] sums = new float[planes * ROWS * twin.sumFloats()];
            int half = Math.max(1, words / 2);
            twin.lookUp(planes, half, codes, 0, words * ROWS, tables, 0, false, sums, 0);
            if (half < words) {
                int at = half * 8 * twin.tableFloats();
                twin.lookUp(planes, words - half, codes, half * ROWS, words * ROWS, tables, at, true, sums, 0);
            }
            twin.finish(ROWS, planes, groups, numbers, 0, ranges, 0, sums, 0, goOn, c, 0, cStride);
            return c;
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void sumsAreWithinTheStatedBound(LookupKernels twin, int words, int planes) {
        Case some = new Case(words, planes, twin.columns());
        int stride = twin.columns() + 5;
        float[] c = new float[ROWS * stride];
        some.run(twin, c, stride, false);
        double squared = 0;
        double total = 0;
        for (int r = 0; r < ROWS; r++) {
            for (int n = 0; n < twin.columns(); n++) {
                double exact = some.exact(r, n);
                assertThat((double) c[r * stride + n])
                        .as("row %d, column %d", r, n)
                        .isCloseTo(exact, within(some.bound(r, n)));
                squared += Math.pow(c[r * stride + n] - exact, 2);
                total += exact * exact;
            }
        }
        // Roundings that have nothing to do with each other mostly cancel.
        assertThat(Math.sqrt(squared / total)).isBetween(1e-4, 0.02);
        float[] twice = some.run(twin, c.clone(), stride, true);
        assertThat(twice[stride]).isCloseTo(2 * c[stride], within(1e-3f));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void twinsRoundAlike(LookupKernels twin, int words, int planes) {
        Case some = new Case(words, planes, 64);
        LookupKernels plain = new ScalarLookups();
        int width = twin.columns();
        float[] expected = some.run(plain, new float[ROWS * 64], 64, false);
        float[] actual = some.run(twin, new float[ROWS * width], width, false);
        double squared = 0;
        double total = 0;
        for (int r = 0; r < ROWS; r++) {
            for (int n = 0; n < width; n++) {
                squared += Math.pow(actual[r * width + n] - expected[r * 64 + n], 2);
                total += Math.pow(expected[r * 64 + n], 2);
            }
        }
        // Halves of steps, and sums near them, may be rounded either way: a twentieth of all entries.
        assertThat(Math.sqrt(squared / total)).isLessThan(5e-3);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void columnsOfZerosAndOfNothingFiniteStayThat(LookupKernels twin, int words, int planes) {
        Case some = new Case(words, planes, twin.columns());
        for (int offset : some.offsets) {
            some.b[offset] = 0;
            some.b[offset + 1] = 1e-42f;
        }
        some.b[some.offsets[3] + 2] = Float.NaN;
        some.b[some.offsets[3] + 3] = Float.POSITIVE_INFINITY;
        float[] c = some.run(twin, new float[ROWS * twin.columns()], twin.columns(), false);
        for (int r = 0; r < ROWS; r++) {
            assertThat(c[r * twin.columns()]).isZero();
            assertThat(Math.abs(c[r * twin.columns() + 1])).isLessThan(1e-36f);
            assertThat(c[r * twin.columns() + 2]).isNaN();
            assertThat(Float.isFinite(c[r * twin.columns() + 3])).isFalse();
            assertThat(Float.isFinite(c[r * twin.columns() + 4])).isTrue();
        }
    }
}
