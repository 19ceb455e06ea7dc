package dev.signet.engine.kernel;

import static dev.signet.engine.kernel.Kernels.COLUMNS;

/** The plain twin: products with the matrices B', A' and G of {@link WinogradTile}, with all sums in double. */
final class ScalarTransforms implements TileTransforms {
    private static final int TAPS = 3;

    private static final double[][] INPUT_TWO = {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}};
    private static final double[][] OUTPUT_TWO = {{1, 1, 1, 0}, {0, 1, -1, -1}};
    private static final double[][] WEIGHT_TWO = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
    private static final double[][] INPUT_FOUR = {
        {4, 0, -5, 0, 1, 0},
        {0, -4, -4, 1, 1, 0},
        {0, 4, -4, -1, 1, 0},
        {0, -2, -1, 2, 1, 0},
        {0, 2, -1, -2, 1, 0},
        {0, 4, 0, -5, 0, 1}
    };
    private static final double[][] OUTPUT_FOUR = {
        {1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}
    };
    private static final double[][] WEIGHT_FOUR = {
        {1 / 4.0, 0, 0},
        {-1 / 6.0, -1 / 6.0, -1 / 6.0},
        {-1 / 6.0, 1 / 6.0, -1 / 6.0},
        {1 / 24.0, 1 / 12.0, 1 / 6.0},
        {1 / 24.0, -1 / 12.0, 1 / 6.0},
        {0, 0, 1}
    };

    private static double[][] inputMatrix(WinogradTile tile) {
        return tile == WinogradTile.TWO ? INPUT_TWO : INPUT_FOUR;
    }

    private static double[][] outputMatrix(WinogradTile tile) {
        return tile == WinogradTile.TWO ? OUTPUT_TWO : OUTPUT_FOUR;
    }

    private static double[][] weightMatrix(WinogradTile tile) {
        return tile == WinogradTile.TWO ? WEIGHT_TWO : WEIGHT_FOUR;
    }

    @Override
    public void split(int step, float[] x, int from, int count, float[] to, int at, int stride) {
        for (int t = 0; t < count; t++) {
            for (int p = 0; p < step; p++) {
                to[at + p * stride + t] = x[from + step * t + p];
            }
        }
    }

    @Override
    public void merge(int step, float[] x, int from, int stride, int count, float[] to, int at) {
        for (int t = 0; t < count; t++) {
            for (int p = 0; p < step; p++) {
                to[at + step * t + p] = x[from + p * stride + t];
            }
        }
    }

    @Override
    public void input(
            WinogradTile tile,
            int tiles,
            float[] x,
            int from,
            int stride,
            float[] scratch,
            int scratchAt,
            float[] y,
            int at,
            int yStride) {
        double[][] matrix = inputMatrix(tile);
        int m = tile.outputs();
        int size = tile.inputs();
        for (int t = 0; t < tiles; t++) {
            for (int py = 0; py < size; py++) {
                for (int px = 0; px < size; px++) {
                    double sum = 0;
                    for (int i = 0; i < size; i++) {
                        for (int j = 0; j < size; j++) {
                            double d = x[from + (i * m + j % m) * stride + t + j / m];
                            sum += matrix[py][i] * matrix[px][j] * d;
                        }
                    }
                    y[at + (py * size + px) * yStride + t] = (float) sum;
                }
            }
        }
    }

    @Override
    public void output(
            WinogradTile tile,
            float[] x,
            int from,
            int xStride,
            float[] scratch,
            int scratchAt,
            float[] y,
            int at,
            int rowStride,
            int columnStride) {
        double[][] matrix = outputMatrix(tile);
        int size = tile.inputs();
        for (int c = 0; c < COLUMNS; c++) {
            for (int r = 0; r < tile.outputs(); r++) {
                for (int q = 0; q < tile.outputs(); q++) {
                    double sum = 0;
                    for (int i = 0; i < size; i++) {
                        for (int j = 0; j < size; j++) {
                            double point = x[from + (i * size + j) * xStride + c];
                            sum += matrix[r][i] * matrix[q][j] * point;
                        }
                    }
                    y[at + r * rowStride + q * columnStride + c] = (float) sum;
                }
            }
        }
    }

    @Override
    public void weights(WinogradTile tile, float[] x, int from, float[] u, int at, int stride) {
        double[][] matrix = weightMatrix(tile);
        int size = tile.inputs();
        for (int f = 0; f < COLUMNS; f++) {
            for (int p = 0; p < size * size; p++) {
                double sum = 0;
                for (int t = 0; t < TAPS * TAPS; t++) {
                    double tap = x[from + t * COLUMNS + f];
                    sum += matrix[p / size][t / TAPS] * matrix[p % size][t % TAPS] * tap;
                }
                u[at + p * stride + f] = (float) sum;
            }
        }
    }

    @Override
    public void taps(int[] words, int wordsAt, int shift, int planes, float[] levels, float[] to, int at) {
        for (int t = 0; t < TAPS * TAPS; t++) {
            for (int f = 0; f < COLUMNS; f++) {
                float sum = levels[f];
                for (int p = 0; p < planes; p++) {
                    int word = words[wordsAt + p * COLUMNS + f];
                    sum += (word >>> (shift + t) & 1) != 0 ? levels[(p + 1) * COLUMNS + f] : 0;
                }
                to[at + t * COLUMNS + f] = sum;
            }
        }
    }

    @Override
    public void strips(
            int lines,
            int strips,
            float[] x,
            int from,
            int xStride,
            float[] y,
            int at,
            int lineStride,
            int stripStride) {
        for (int i = 0; i < lines; i++) {
            for (int s = 0; s < strips; s++) {
                System.arraycopy(
                        x, from + i * xStride + s * COLUMNS, y, at + i * lineStride + s * stripStride, COLUMNS);
            }
        }
    }
}
