package dev.signet.engine.winograd;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.WinogradTransforms;
import java.util.Arrays;

/**
 * Sixteen channels at a time, which lie along the vectors: the rows of small images would leave most lanes of a vector empty. Squares of
 * channels and pixels are turned round before the transform, squares of tiles and channels after it.
 */
record ChannelInput(TileGrid grid, WinogradTransforms transforms) implements BandInput {
    private static final int SIDE = Kernels.SQUARE;

    // From one point's square to the next one's; not a power of two.
    private static final int SQUARE = SIDE * SIDE + SIDE;

    /** Whether rows of tiles leave an eighth or more of their vectors' lanes empty. */
    static boolean pays(TileGrid grid, WinogradTransforms transforms) {
        int lanes = Math.ceilDiv(grid.tilesX(), SIDE) * SIDE;
        return transforms.turnsSquares() && grid.channels() % SIDE == 0 && 8 * lanes >= 9 * grid.tilesX();
    }

    // Columns of inputs of a row of tiles.
    private int columns() {
        return grid.tile().outputs() * (grid.tilesX() - 1) + grid.tile().inputs();
    }

    private int rowFloats() {
        return columns() * SIDE;
    }

    // The last square of a row is written as a whole.
    private int imageFloats() {
        int rows = grid.inputRows(Math.min(grid.bandRows(), grid.tilesY()));
        return Math.multiplyExact(rows, rowFloats()) + SIDE * SIDE;
    }

    private int sumFloats() {
        return Math.multiplyExact(grid.tile().inputs(), rowFloats() + SIDE);
    }

    @Override
    public int scratch() {
        return Math.addExact(
                Math.addExact(imageFloats(), sumFloats()), grid.tile().points() * SQUARE);
    }

    @Override
    public void run(float[] x, int group, int band, int from, int to, float[] v, int vAt, float[] scratch, int at) {
        int rows = grid.rows(band);
        int sums = at + imageFloats();
        int squares = sums + sumFloats();
        for (int c = from; c < to; c += SIDE) {
            int tile = 0;
            for (int done = 0; done < rows; ) {
                int row = band * grid.bandRows() + done;
                int image = row / grid.tilesY();
                int top = row % grid.tilesY();
                int count = Math.min(rows - done, grid.tilesY() - top);
                copy(x, (image * grid.groups() + group) * grid.channels() + c, top, count, scratch, at);
                for (int r = 0; r < count; r++) {
                    sumRows(scratch, at + r * grid.tile().outputs() * rowFloats(), sums);
                    for (int i = 0; i < grid.tilesX(); i++) {
                        sumColumns(scratch, sums + i * grid.tile().outputs() * SIDE, squares + tile % SIDE * SIDE);
                        tile++;
                        if (tile % SIDE == 0) {
                            turn(scratch, squares, v, vAt + c * TileGrid.WIDTH, tile - SIDE);
                        }
                    }
                }
                done += count;
            }
            if (tile % SIDE != 0) {
                turn(scratch, squares, v, vAt + c * TileGrid.WIDTH, tile / SIDE * SIDE);
            }
        }
    }

    /** The input rows of {@code count} rows of tiles, pixel by pixel with all channels of each, zeros around the image included. */
    private void copy(float[] x, int channel, int top, int count, float[] to, int at) {
        int height = grid.inputHeight();
        int width = grid.inputWidth();
        int columns = columns();
        int left = Math.min(grid.left(), columns);
        int end = Math.min(columns, left + width);
        for (int i = 0; i < grid.inputRows(count); i++) {
            int row = grid.tile().outputs() * top + i - grid.top();
            int start = at + i * rowFloats();
            if (row < 0 || row >= height) {
                Arrays.fill(to, start, start + rowFloats(), 0);
                continue;
            }
            // Squares reach beyond the row's end, into what is written next.
            for (int column = left; column < end; column += SIDE) {
                int from = channel * height * width + row * width + column - left;
                transforms.square(x, from, height * width, to, start + column * SIDE, SIDE);
            }
            Arrays.fill(to, start, start + left * SIDE, 0);
            Arrays.fill(to, start + end * SIDE, start + rowFloats(), 0);
        }
    }

    private void sumRows(float[] scratch, int from, int to) {
        int n = rowFloats();
        transforms.points(grid.tile(), n, scratch, from, n, scratch, to, n + SIDE);
    }

    private void sumColumns(float[] scratch, int from, int to) {
        int size = grid.tile().inputs();
        for (int p = 0; p < size; p++) {
            int row = from + p * (rowFloats() + SIDE);
            transforms.points(grid.tile(), SIDE, scratch, row, SIDE, scratch, to + p * size * SQUARE, SQUARE);
        }
    }

    private void turn(float[] scratch, int squares, float[] v, int at, int tile) {
        int strip = at + grid.stripStart(tile / TileGrid.WIDTH) + tile % TileGrid.WIDTH;
        int block = TileGrid.blockFloats(grid.channels());
        for (int p = 0; p < grid.tile().points(); p++) {
            transforms.square(scratch, squares + p * SQUARE, SIDE, v, strip + p * block, TileGrid.WIDTH);
        }
    }
}
