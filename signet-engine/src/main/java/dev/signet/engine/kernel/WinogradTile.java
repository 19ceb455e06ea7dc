package dev.signet.engine.kernel;

/**
 * The minimal filtering algorithms F(m x m, 3 x 3) after Winograd, as Lavin and Gray use them for convolutions ("Fast algorithms
 * for convolutional neural networks", CVPR 2016): m x m outputs of a 3 x 3 window g over a tile d are
 * {@code A' ((G g G') * (B' d B)) A}, with an element-wise product in the middle: {@code (m + 2)^2} products instead of
 * {@code 9 m^2}.
 */
public enum WinogradTile {
    /** 2 x 2 outputs: 16 products instead of 36. Transforms are additions only, so that errors stay those of a direct sum. */
    TWO(2),
    /** 4 x 4 outputs: 36 products instead of 144. The points 0, 1, -1, 2, -2 cost about one decimal digit of the sums. */
    FOUR(4);

    private final int outputs;

    WinogradTile(int outputs) {
        this.outputs = outputs;
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
}
