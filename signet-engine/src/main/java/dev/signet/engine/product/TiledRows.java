package dev.signet.engine.product;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.TileKernels;

/**
 * Weights as sign planes in tiles.
 *
 * @param kernels the arithmetic
 * @param weight the weights
 * @param firstRow the row that is row 0 here
 * @param rows number of rows
 */
public record TiledRows(Kernels kernels, TiledMatrix weight, int firstRow, int rows) implements WeightRows {
    // Planes that the kernel decodes at a time.
    private static final int PLANES = 4;

    @Override
    public int depth() {
        return weight.columns();
    }

    @Override
    public void read(int row, int from, int length, float[] to, int at) {
        if (from % TileKernels.COLUMNS == 0) {
            decode(firstRow + row, from, length, to, at);
            return;
        }
        // The kernel starts with a word.
        for (int i = 0; i < length; i++) {
            to[at + i] = weight(firstRow + row, from + i);
        }
    }

    /**
     * Decodes a tile: weight {@code from + k} of row {@code row + r} goes to {@code to[at + k * stride + r]}, for {@code length}
     * columns and all rows of the tile.
     *
     * @param row the first row of a tile
     * @param from a multiple of {@link TileKernels#COLUMNS}
     * @param numbers where the tile's coefficients and offsets are put in {@code to}
     */
    void readTile(int row, int from, int length, float[] to, int at, int stride, int numbers) {
        int tile = (firstRow + row) / TileKernels.ROWS;
        weight.numbers(tile, 1, to, numbers);
        kernels.tiles()
                .decodeTile(
                        weight.codes(),
                        weight.codesAt(tile, 0) + from / TileKernels.COLUMNS * TileKernels.ROWS,
                        weight.tileInts(),
                        weight.planes(),
                        to,
                        numbers,
                        to,
                        at,
                        stride,
                        length);
    }

    private void decode(int row, int from, int length, float[] to, int at) {
        int tile = row / TileKernels.ROWS;
        int lane = row % TileKernels.ROWS;
        float base = weight.offset(row);
        for (int p = 0; p < weight.planes(); p++) {
            base -= coefficient(row, p);
        }
        int start = weight.codesAt(tile, 0) + from / TileKernels.COLUMNS * TileKernels.ROWS + lane;
        for (int p = 0; p < weight.planes(); p += PLANES) {
            kernels.tiles()
                    .decodeRow(
                            weight.codes(),
                            start + p * weight.tileInts(),
                            weight.tileInts(),
                            Math.min(PLANES, weight.planes() - p),
                            p == 0 ? base : Float.NaN,
                            2 * coefficient(row, p),
                            2 * coefficient(row, p + 1),
                            2 * coefficient(row, p + 2),
                            2 * coefficient(row, p + 3),
                            to,
                            at,
                            length);
        }
    }

    private float coefficient(int row, int p) {
        return p < weight.planes() ? weight.coefficient(row, p) : 0;
    }

    private float weight(int row, int k) {
        float sum = weight.offset(row);
        int at = k / TileKernels.COLUMNS * TileKernels.ROWS + row % TileKernels.ROWS;
        for (int p = 0; p < weight.planes(); p++) {
            int word = weight.codes()[weight.codesAt(row / TileKernels.ROWS, p) + at];
            float a = coefficient(row, p);
            sum += (word >>> k % TileKernels.COLUMNS & 1) != 0 ? a : -a;
        }
        return sum;
    }
}
