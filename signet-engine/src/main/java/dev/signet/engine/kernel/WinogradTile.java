package dev.signet.engine.kernel;

/**
 * The minimal filtering algorithms F(m x m, 3 x 3) after Winograd, as Lavin and Gray use them for convolutions ("Fast algorithms
 * for convolutional neural networks", CVPR 2016): m x m outputs of a 3 x 3 window g over a tile d are
 * {@code A ((G g G') * (B d B')) A'}, with an element-wise product in the middle: {@code (m + 2)^2} products instead of
 * {@code 9 m^2}.
 */
public enum WinogradTile {
    /** 2 x 2 outputs: 16 products instead of 36; additions only, so that errors stay those of a direct sum. */
    TWO(
            2,
            new float[][] {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}},
            new float[][] {{1, 1, 1, 0}, {0, 1, -1, -1}},
            new double[][] {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}}),
    /** 4 x 4 outputs: 36 products instead of 144; the points 0, 1, -1, 2, -2 cost about one decimal digit of the sums. */
    FOUR(
            4,
            new float[][] {
                {4, 0, -5, 0, 1, 0},
                {0, -4, -4, 1, 1, 0},
                {0, 4, -4, -1, 1, 0},
                {0, -2, -1, 2, 1, 0},
                {0, 2, -1, -2, 1, 0},
                {0, 4, 0, -5, 0, 1}
            },
            new float[][] {{1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}},
            new double[][] {
                {1 / 4.0, 0, 0},
                {-1 / 6.0, -1 / 6.0, -1 / 6.0},
                {-1 / 6.0, 1 / 6.0, -1 / 6.0},
                {1 / 24.0, 1 / 12.0, 1 / 6.0},
                {1 / 24.0, -1 / 12.0, 1 / 6.0},
                {0, 0, 1}
            });

    private final int outputs;
    private final float[][] input;
    private final float[][] output;
    private final double[][] weight;

    WinogradTile(int outputs, float[][] input, float[][] output, double[][] weight) {
        this.outputs = outputs;
        this.input = input;
        this.output = output;
        this.weight = weight;
    }

    /** Outputs along a side of a tile: m. */
    public int outputs() {
        return outputs;
    }

    /** Inputs along a side of a tile: m + 2. */
    public int inputs() {
        return outputs + 2;
    }

    /** Products of a tile: (m + 2)^2. */
    public int points() {
        return inputs() * inputs();
    }

    /** Element of B', which turns inputs to points. */
    float input(int row, int column) {
        return input[row][column];
    }

    /** Element of A', which turns points to outputs. */
    float output(int row, int column) {
        return output[row][column];
    }

    /** Element of G, which turns a row of the window to points. */
    double weight(int row, int column) {
        return weight[row][column];
    }
}
