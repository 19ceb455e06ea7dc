package dev.signet.engine.kernel;

/**
 * The minimal filtering algorithms F(m x m, r x r) after Winograd, as Lavin and Gray use them for convolutions ("Fast algorithms
 * for convolutional neural networks", CVPR 2016): m x m outputs of an r x r window g over a tile d are
 * {@code A' ((G g G') * (B' d B)) A}, with an element-wise product in the middle: {@code (m + r - 1)^2} products instead of
 * {@code r^2 m^2}.
 */
public enum WinogradTile {
    /** 2 x 2 outputs of 3 x 3: 16 products instead of 36. Transforms are additions only: errors stay those of a direct sum. */
    TWO(2, 3),
    /** 4 x 4 outputs of 3 x 3: 36 products instead of 144. The points 0, 1, -1, 2, -2 cost about one decimal digit of the sums. */
    FOUR(4, 3),
    /** 2 x 2 outputs of 5 x 5: 36 products instead of 100, at the same points as {@link #FOUR}. */
    TWO_OF_FIVE(2, 5);

    private final int outputs;
    private final int window;

    WinogradTile(int outputs, int window) {
        this.outputs = outputs;
        this.window = window;
    }

    /** Outputs along a side of a tile: m. */
    public int outputs() {
        return outputs;
    }

    /** Taps along a side of a window: r. */
    public int window() {
        return window;
    }

    /** Taps of a window: r^2. */
    public int taps() {
        return window * window;
    }

    /** Inputs along a side of a tile: m + r - 1. */
    public int inputs() {
        return outputs + window - 1;
    }

    /** Products of a tile: (m + r - 1)^2. */
    public int points() {
        return inputs() * inputs();
    }
}
