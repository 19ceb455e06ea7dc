package dev.signet.engine.operator;

import dev.signet.engine.kernel.TileTransforms;
import java.util.Arrays;

/**
 * The first step of a Winograd convolution: the tiles of a band, channel by channel, turned to points and laid out in strips:
 * point p of tile t in channel c is at {@code (t / 32 * points + p) * blockFloats(channels) + c * 32 + t % 32}.
 */
record TileInput(TileGrid grid, TileTransforms transforms) {
    /** Floats of scratch memory. */
    int scratch() {
        return Math.addExact(Math.addExact(splitFloats(), sumFloats()), grid.splitRow() + 2 * TileGrid.WIDTH);
    }

    private int splitFloats() {
        int rows = grid.inputRows(Math.min(grid.bandRows(), grid.tilesY()));
        return Math.multiplyExact(rows, grid.splitRow()) + TileGrid.WIDTH;
    }

    private int sumFloats() {
        return Math.multiplyExact(grid.tile().points(), grid.lineStride()) + TileGrid.WIDTH;
    }

    /**
     * Transforms channels {@code from} to {@code to - 1} of a group.
     *
     * @param x input images
     * @param v transformed tiles
     * @param vAt where they start
     * @param scratch scratch memory, from {@code at} on
     */
    void run(float[] x, int group, int band, int from, int to, float[] v, int vAt, float[] scratch, int at) {
        int rows = grid.rows(band);
        int sums = at + splitFloats();
        int line = sums + sumFloats();
        int block = TileGrid.blockFloats(grid.channels());
        for (int c = from; c < to; c++) {
            for (int done = 0; done < rows; ) {
                int row = band * grid.bandRows() + done;
                int image = row / grid.tilesY();
                int top = row % grid.tilesY();
                int count = Math.min(rows - done, grid.tilesY() - top);
                int channel = (image * grid.groups() + group) * grid.channels() + c;
                split(x, channel, top, count, scratch, at, line);
                for (int r = 0; r < count; r++) {
                    int first = at + r * grid.tile().outputs() * grid.splitRow();
                    int sum = sums + (done + r) * grid.tilesX();
                    transforms.inputRows(
                            grid.tile(),
                            grid.tilesX(),
                            scratch,
                            first,
                            grid.phaseStride(),
                            scratch,
                            sum,
                            grid.lineStride());
                }
                done += count;
            }
            transforms.inputColumns(
                    grid.tile(),
                    grid.tiles(band),
                    scratch,
                    sums,
                    grid.lineStride(),
                    v,
                    vAt + c * TileGrid.WIDTH,
                    block,
                    grid.tile().points() * block);
        }
    }

    /** Takes the input rows of {@code count} rows of tiles apart, zeros around the image included. */
    private void split(float[] x, int channel, int top, int count, float[] to, int at, int line) {
        int m = grid.tile().outputs();
        int plane = channel * grid.inputHeight() * grid.inputWidth();
        for (int i = 0; i < grid.inputRows(count); i++) {
            int row = m * top + i - grid.top();
            int start = at + i * grid.splitRow();
            if (row < 0 || row >= grid.inputHeight()) {
                Arrays.fill(to, start, start + grid.splitRow(), 0);
            } else {
                splitRow(x, plane + row * grid.inputWidth(), to, start, line);
            }
        }
    }

    private void splitRow(float[] x, int row, float[] to, int start, int line) {
        int m = grid.tile().outputs();
        int stride = grid.phaseStride();
        int from = row - grid.left();
        int used = m * (grid.tilesX() - 1) + grid.tile().inputs();
        int end = Math.min(used, grid.left() + grid.inputWidth());
        if (from >= 0 && from + grid.splitRow() <= x.length) {
            transforms.split(m, x, from, stride, to, start, stride);
        } else {
            int skipped = Math.min(grid.left(), used);
            System.arraycopy(x, row, to, line + skipped, end - skipped);
            transforms.split(m, to, line, stride, to, start, stride);
        }
        for (int i = 0; i < Math.min(grid.left(), used); i++) {
            to[start + i % m * stride + i / m] = 0;
        }
        for (int i = end; i < used; i++) {
            to[start + i % m * stride + i / m] = 0;
        }
    }
}
