package dev.signet.engine.winograd;

import dev.signet.engine.kernel.WinogradTransforms;
import java.util.Arrays;

/** Channel by channel, with tiles along the vectors: rows are taken apart, so that the same input of neighbouring tiles lies side by side. */
record TileInput(TileGrid grid, WinogradTransforms transforms) implements BandInput {
    @Override
    public int scratch() {
        return Math.addExact(Math.addExact(splitFloats(), sumFloats()), grid.splitRow() + 2 * TileGrid.WIDTH);
    }

    private int splitFloats() {
        int rows = grid.inputRows(Math.min(grid.bandRows(), grid.tilesY()));
        return Math.multiplyExact(rows, grid.splitRow()) + TileGrid.WIDTH;
    }

    private int sumFloats() {
        return Math.multiplyExact(grid.tile().points(), grid.lineStride()) + TileGrid.WIDTH;
    }

    @Override
    public void run(float[] x, int group, int band, int from, int to, float[] v, int vAt, float[] scratch, int at) {
        int rows = grid.rows(band);
        int sums = at + splitFloats();
        int line = sums + sumFloats();
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
                    sumRows(scratch, first, sums + (done + r) * grid.tilesX());
                }
                done += count;
            }
            sumColumns(grid.tiles(band), scratch, sums, v, vAt + c * TileGrid.WIDTH);
        }
    }

    // Sum p over the rows of column j of the inputs of a row of tiles: line p * inputs + j.
    private void sumRows(float[] scratch, int from, int to) {
        int m = grid.tile().outputs();
        int size = grid.tile().inputs();
        int row = m * grid.phaseStride();
        for (int j = 0; j < size; j++) {
            int column = from + j % m * grid.phaseStride() + j / m;
            int line = to + j * grid.lineStride();
            transforms.points(
                    grid.tile(), grid.tilesX(), scratch, column, row, scratch, line, size * grid.lineStride());
        }
    }

    // The sums of those over the columns, strip by strip.
    private void sumColumns(int tiles, float[] scratch, int sums, float[] v, int at) {
        int size = grid.tile().inputs();
        int point = TileGrid.blockFloats(grid.channels());
        for (int t = 0; t < tiles; t += TileGrid.WIDTH) {
            int count = Math.min(TileGrid.WIDTH, tiles - t);
            int strip = at + grid.stripStart(t / TileGrid.WIDTH);
            for (int p = 0; p < size; p++) {
                int lines = sums + p * size * grid.lineStride() + t;
                transforms.points(
                        grid.tile(), count, scratch, lines, grid.lineStride(), v, strip + p * size * point, point);
            }
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
