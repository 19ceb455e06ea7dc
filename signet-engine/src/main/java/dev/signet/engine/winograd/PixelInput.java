package dev.signet.engine.winograd;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.WinogradTile;
import dev.signet.engine.kernel.WinogradTransforms;
import java.util.Arrays;

/**
 * Channel by channel, with pixels along the vectors: the sums over rows are those of whole rows of pixels, read where they lie in the
 * image, and only these are taken apart. For images whose rows are whole vectors of tiles.
 */
record PixelInput(TileGrid grid, WinogradTransforms transforms) implements BandInput {
    private static final WinogradTile TILE = WinogradTile.FOUR;
    private static final int LANES = Kernels.SQUARE;

    /** Whether {@code grid} is one of such images. */
    static boolean pays(TileGrid grid, WinogradTransforms transforms) {
        return transforms.turnsSquares()
                && grid.tile() == TILE
                && grid.tilesX() % LANES == 0
                && grid.inputWidth() == grid.tilesX() * TILE.outputs()
                && grid.left() < LANES;
    }

    // Zeros on both sides; not a power of two.
    private int sumRow() {
        return grid.inputWidth() + 3 * LANES;
    }

    private int sumFloats() {
        return Math.multiplyExact(TILE.inputs(), sumRow());
    }

    @Override
    public int scratch() {
        return Math.addExact(sumFloats(), Math.multiplyExact(TILE.inputs(), grid.inputWidth()));
    }

    @Override
    public void run(float[] x, int group, int band, int from, int to, float[] v, int vAt, float[] scratch, int at) {
        int rows = grid.rows(band);
        Arrays.fill(scratch, at, at + sumFloats(), 0);
        for (int c = from; c < to; c++) {
            for (int r = 0; r < rows; r++) {
                int row = band * grid.bandRows() + r;
                int channel = (row / grid.tilesY() * grid.groups() + group) * grid.channels() + c;
                sumRows(x, channel, row % grid.tilesY() * TILE.outputs() - grid.top(), scratch, at);
                sumColumns(scratch, at, r * grid.tilesX(), v, vAt + c * TileGrid.WIDTH);
            }
        }
    }

    private void sumRows(float[] x, int channel, int top, float[] scratch, int at) {
        int width = grid.inputWidth();
        int height = grid.inputHeight();
        int plane = channel * height * width;
        int sums = at + grid.left();
        if (top >= 0 && top + TILE.inputs() <= height) {
            transforms.points(TILE, width, x, plane + top * width, width, scratch, sums, sumRow());
            return;
        }
        int copy = at + sumFloats();
        for (int i = 0; i < TILE.inputs(); i++) {
            int row = top + i;
            int to = copy + i * width;
            if (row < 0 || row >= height) {
                Arrays.fill(scratch, to, to + width, 0);
            } else {
                System.arraycopy(x, plane + row * width, scratch, to, width);
            }
        }
        transforms.points(TILE, width, scratch, copy, width, scratch, sums, sumRow());
    }

    private void sumColumns(float[] scratch, int sums, int first, float[] v, int at) {
        int point = TileGrid.blockFloats(grid.channels());
        for (int t = 0; t < grid.tilesX(); t += LANES) {
            int tile = first + t;
            int strip = at + grid.stripStart(tile / TileGrid.WIDTH) + tile % TileGrid.WIDTH;
            for (int p = 0; p < TILE.inputs(); p++) {
                int pixels = sums + p * sumRow() + t * TILE.outputs();
                transforms.pixelPoints(scratch, pixels, v, strip + p * TILE.inputs() * point, point);
            }
        }
    }
}
