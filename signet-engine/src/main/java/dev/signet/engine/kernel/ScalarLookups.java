package dev.signet.engine.kernel;

/** The plain twin: a float for each byte. */
final class ScalarLookups implements LookupKernels {
    private static final int N = 64;
    private static final int INPUTS = SlabKernels.INPUTS;
    private static final int ENTRIES = SlabKernels.ENTRIES;
    private static final int ROWS = SlabKernels.ROWS;

    @Override
    public int columns() {
        return N;
    }

    @Override
    public int tableFloats() {
        return ENTRIES * N;
    }

    @Override
    public int sumFloats() {
        return N;
    }

    @Override
    public void ranges(
            int groups, float[] b, int[] offsets, int first, int base, boolean goOn, float[] ranges, int at) {
        for (int n = 0; n < N; n++) {
            float total = goOn ? ranges[at + n] : 0;
            float largest = goOn ? ranges[at + N + n] : 0;
            for (int g = 0; g < groups; g++) {
                float size = 0;
                for (int i = 0; i < INPUTS; i++) {
                    float x = b[offsets[first + g * INPUTS + i] + base + n];
                    total += x;
                    size += Math.abs(x);
                }
                largest = Math.max(largest, size);
            }
            ranges[at + n] = total;
            ranges[at + N + n] = largest;
        }
    }

    @Override
    public void steps(float[] ranges, int at) {
        for (int n = 0; n < N; n++) {
            float largest = ranges[at + N + n];
            ranges[at + N + n] = largest / LEVELS;
            ranges[at + 2 * N + n] = largest > Float.MIN_NORMAL ? LEVELS / largest : 0;
        }
    }

    @Override
    public void tables(
            int groups,
            float[] b,
            int[] offsets,
            int first,
            int base,
            float[] ranges,
            int rangesAt,
            float[] tables,
            int tablesAt) {
        for (int g = 0; g < groups; g++) {
            for (int n = 0; n < N; n++) {
                float inverse = ranges[rangesAt + 2 * N + n];
                for (int e = 0; e < ENTRIES; e++) {
                    float sum = 0;
                    for (int i = 0; i < INPUTS; i++) {
                        float x = b[offsets[first + g * INPUTS + i] + base + n] * inverse;
                        sum += (e >>> i & 1) != 0 ? x : -x;
                    }
                    tables[tablesAt + (g * ENTRIES + e) * N + n] = (float) Math.rint(sum);
                }
            }
        }
    }

    @Override
    public void lookUp(
            int planes,
            int words,
            int[] codes,
            int at,
            int planeStride,
            float[] tables,
            int tablesAt,
            boolean goOn,
            float[] sums,
            int sumsAt) {
        for (int row = 0; row < planes * ROWS; row++) {
            int code = at + row / ROWS * planeStride + row % ROWS;
            for (int n = 0; n < N; n++) {
                float sum = goOn ? sums[sumsAt + row * N + n] : 0;
                int table = tablesAt + n;
                for (int w = 0; w < words; w++) {
                    for (int i = 0; i < Integer.SIZE; i += INPUTS, table += ENTRIES * N) {
                        sum += tables[table + (codes[code + w * ROWS] >>> i & ENTRIES - 1) * N];
                    }
                }
                sums[sumsAt + row * N + n] = sum;
            }
        }
    }

    @Override
    public void finish(
            int rows,
            int planes,
            int groups,
            float[] numbers,
            int numbersAt,
            float[] ranges,
            int rangesAt,
            float[] sums,
            int sumsAt,
            boolean goOn,
            float[] c,
            int cAt,
            int cStride) {
        for (int r = 0; r < rows; r++) {
            for (int n = 0; n < N; n++) {
                float sum = 0;
                for (int p = 0; p < planes; p++) {
                    sum += numbers[numbersAt + p * ROWS + r] * sums[sumsAt + (p * ROWS + r) * N + n];
                }
                int to = cAt + r * cStride + n;
                c[to] = (goOn ? c[to] : 0)
                        + ranges[rangesAt + n] * numbers[numbersAt + planes * ROWS + r]
                        + ranges[rangesAt + N + n] * sum;
            }
        }
    }
}
