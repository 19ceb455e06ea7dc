package dev.signet.engine.kernel;

import static dev.signet.engine.kernel.Kernels.COLUMNS;

/** The plain twin: products with the matrices B', A' and G of {@link WinogradTile}, with all sums in double. */
final class ScalarTransforms implements WinogradTransforms {
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

    private static final double[][] OUTPUT_FIVE = {{1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 1}};
    private static final double[][] WEIGHT_FIVE = {
        {1 / 4.0, 0, 0, 0, 0},
        {-1 / 6.0, -1 / 6.0, -1 / 6.0, -1 / 6.0, -1 / 6.0},
        {-1 / 6.0, 1 / 6.0, -1 / 6.0, 1 / 6.0, -1 / 6.0},
        {1 / 24.0, 1 / 12.0, 1 / 6.0, 1 / 3.0, 2 / 3.0},
        {1 / 24.0, -1 / 12.0, 1 / 6.0, -1 / 3.0, 2 / 3.0},
        {0, 0, 0, 0, 1}
    };

    private static double[][] inputMatrix(WinogradTile tile) {
        return tile == WinogradTile.TWO ? INPUT_TWO : INPUT_FOUR;
    }

    private static double[][] outputMatrix(WinogradTile tile) {
        return switch (tile) {
            case TWO -> OUTPUT_TWO;
            case FOUR -> OUTPUT_FOUR;
            case TWO_OF_FIVE -> OUTPUT_FIVE;
        };
    }

    private static double[][] weightMatrix(WinogradTile tile) {
        return switch (tile) {
            case TWO -> WEIGHT_TWO;
            case FOUR -> WEIGHT_FOUR;
            case TWO_OF_FIVE -> WEIGHT_FIVE;
        };
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
    public void square(float[] x, int from, int fromStride, float[] y, int to, int toStride) {
        float[] square = new float[Kernels.SQUARE * Kernels.SQUARE];
        for (int r = 0; r < Kernels.SQUARE; r++) {
            System.arraycopy(x, from + r * fromStride, square, r * Kernels.SQUARE, Kernels.SQUARE);
        }
        for (int i = 0; i < square.length; i++) {
            y[to + i % Kernels.SQUARE * toStride + i / Kernels.SQUARE] = square[i];
        }
    }

    @Override
    public boolean turnsSquares() {
        return false;
    }

    @Override
    public void points(WinogradTile tile, int count, float[] x, int from, int stride, float[] y, int at, int yStride) {
        double[][] matrix = inputMatrix(tile);
        int size = tile.inputs();
        for (int t = 0; t < count; t++) {
            for (int p = 0; p < size; p++) {
                double sum = 0;
                for (int i = 0; i < size; i++) {
                    sum += matrix[p][i] * x[from + i * stride + t];
                }
                y[at + p * yStride + t] = (float) sum;
            }
        }
    }

    @Override
    public void pixelPoints(float[] x, int from, float[] y, int at, int yStride) {
        for (int t = 0; t < Kernels.SQUARE; t++) {
            points(WinogradTile.FOUR, 1, x, from + 4 * t, 1, y, at + t, yStride);
        }
    }

    @Override
    public void pixels(
            WinogradTile tile,
            int tiles,
            float[] x,
            int from,
            int xStride,
            float[] scratch,
            int scratchAt,
            float scale,
            float shift,
            float low,
            float high,
            float[] y,
            int at,
            int rowStride) {
        int m = tile.outputs();
        for (int t = 0; t < tiles; t++) {
            for (int r = 0; r < m; r++) {
                for (int q = 0; q < m; q++) {
                    float v = output(tile, r, q, x, from + t, xStride) * scale + shift;
                    float raised = v < low ? low : v;
                    y[at + r * rowStride + t * m + q] = raised > high ? high : raised;
                }
            }
        }
    }

    private static float output(WinogradTile tile, int r, int q, float[] x, int from, int xStride) {
        double[][] matrix = outputMatrix(tile);
        int size = tile.inputs();
        double sum = 0;
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                sum += matrix[r][i] * matrix[q][j] * x[from + (i * size + j) * xStride];
            }
        }
        return (float) sum;
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
        for (int c = 0; c < COLUMNS; c++) {
            for (int r = 0; r < tile.outputs(); r++) {
                for (int q = 0; q < tile.outputs(); q++) {
                    y[at + r * rowStride + q * columnStride + c] = output(tile, r, q, x, from + c, xStride);
                }
            }
        }
    }

    @Override
    public void weights(WinogradTile tile, float[] x, int from, float[] u, int at, int stride) {
        double[][] matrix = weightMatrix(tile);
        int size = tile.inputs();
        int window = tile.window();
        for (int f = 0; f < COLUMNS; f++) {
            for (int p = 0; p < size * size; p++) {
                double sum = 0;
                for (int t = 0; t < tile.taps(); t++) {
                    double tap = x[from + t * COLUMNS + f];
                    sum += matrix[p / size][t / window] * matrix[p % size][t % window] * tap;
                }
                u[at + p * stride + f] = (float) sum;
            }
        }
    }

    @Override
    public void taps(int[] words, int wordsAt, int shift, int count, int planes, float[] levels, float[] to, int at) {
        for (int t = 0; t < count; t++) {
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
}
