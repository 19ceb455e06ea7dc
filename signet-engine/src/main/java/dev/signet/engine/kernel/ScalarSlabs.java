package dev.signet.engine.kernel;

/** The plain twin. */
final class ScalarSlabs implements SlabKernels {
    @Override
    public void tables(float[] x, int n, float[] tables) {
        int count = SlabKernels.tableFloats(n) / ENTRIES;
        for (int g = 0; g < count; g++) {
            for (int e = 0; e < ENTRIES; e++) {
                float sum = 0;
                for (int i = 0; i < INPUTS; i++) {
                    int k = g * INPUTS + i;
                    float value = k < n ? x[k] : 0;
                    sum += (e >>> i & 1) != 0 ? value : -value;
                }
                tables[g * ENTRIES + e] = sum;
            }
        }
    }

    @Override
    public void tableSums(int count, int words, int[] codes, int at, float[] tables, float[] sums, int sumsAt) {
        tableSums(count, words, codes, at, tables, 0, sums, sumsAt);
    }

    private static void tableSums(
            int count, int words, int[] codes, int at, float[] tables, int tablesAt, float[] sums, int sumsAt) {
        for (int j = 0; j < count; j++) {
            for (int r = 0; r < ROWS; r++) {
                float sum = 0;
                for (int w = 0; w < words; w++) {
                    int code = codes[at + (j * words + w) * ROWS + r];
                    int table = tablesAt + w * (COLUMNS / INPUTS) * ENTRIES;
                    for (int i = 0; i < COLUMNS; i += INPUTS, table += ENTRIES) {
                        sum += tables[table + (code >>> i & ENTRIES - 1)];
                    }
                }
                sums[sumsAt + j * ROWS + r] = sum;
            }
        }
    }

    @Override
    public boolean hasByteTables() {
        return false;
    }

    @Override
    public int byteTableFloats(int n) {
        return SlabKernels.tableFloats(n);
    }

    @Override
    public float byteTables(float[] tables, int n, float[] bytes, int bytesAt) {
        int count = SlabKernels.tableFloats(n);
        float largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, Math.abs(tables[i]));
        }
        float inverse = largest > Float.MIN_NORMAL ? LookupKernels.LEVELS / largest : 0;
        for (int i = 0; i < count; i++) {
            bytes[bytesAt + i] = (float) Math.rint(tables[i] * inverse);
        }
        return largest / LookupKernels.LEVELS;
    }

    @Override
    public void byteSums(
            int count,
            int words,
            int[] codes,
            int at,
            float[] bytes,
            int bytesAt,
            float step,
            float[] sums,
            int sumsAt) {
        tableSums(count, words, codes, at, bytes, bytesAt, sums, sumsAt);
        for (int i = 0; i < count * ROWS; i++) {
            sums[sumsAt + i] *= step;
        }
    }

    @Override
    public void combine(int slabs, int planes, float[] numbers, int at, float total, float[] sums, float[] y, int yAt) {
        for (int t = 0; t < slabs; t++) {
            for (int r = 0; r < ROWS; r++) {
                int from = at + t * (planes + 1) * ROWS + r;
                float sum = total * numbers[from + planes * ROWS];
                for (int p = 0; p < planes; p++) {
                    sum += numbers[from + p * ROWS] * sums[(t * planes + p) * ROWS + r];
                }
                y[yAt + t * ROWS + r] = sum;
            }
        }
    }

    @Override
    public void decodeRow(
            int[] codes,
            int at,
            int planeStride,
            int count,
            float base,
            float step0,
            float step1,
            float step2,
            float step3,
            float[] y,
            int yAt,
            int n) {
        for (int i = 0; i < n; i++) {
            int word = at + i / COLUMNS * ROWS;
            float sum = Float.isNaN(base) ? y[yAt + i] : base;
            for (int p = 0; p < count; p++) {
                if ((codes[word + p * planeStride] >>> (i % COLUMNS) & 1) != 0) {
                    sum += p == 0 ? step0 : p == 1 ? step1 : p == 2 ? step2 : step3;
                }
            }
            y[yAt + i] = sum;
        }
    }

    @Override
    public void decodeSlab(
            int[] codes,
            int at,
            int planeStride,
            int planes,
            float[] numbers,
            int numbersAt,
            float[] y,
            int yAt,
            int stride,
            int n) {
        for (int k = 0; k < n; k++) {
            for (int r = 0; r < ROWS; r++) {
                float sum = numbers[numbersAt + planes * ROWS + r];
                for (int p = 0; p < planes; p++) {
                    int code = codes[at + p * planeStride + k / COLUMNS * ROWS + r];
                    float a = numbers[numbersAt + p * ROWS + r];
                    sum += (code >>> (k % COLUMNS) & 1) != 0 ? a : -a;
                }
                y[yAt + k * stride + r] = sum;
            }
        }
    }
}
