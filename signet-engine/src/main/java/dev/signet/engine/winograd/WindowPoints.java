package dev.signet.engine.winograd;

import dev.signet.core.GroupLayout;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.WinogradTile;
import dev.signet.engine.product.PackedMatrix;
import dev.signet.engine.product.PackedRows;
import dev.signet.engine.product.WeightRows;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Turns the windows of filters to the points of a Winograd convolution, straight from sign planes where a filter is one
 * group: bits of {@link Kernels#COLUMNS} filters are tested side by side. One for each worker, as it has memory of its own.
 */
final class WindowPoints {
    private static final VarHandle LITTLE_ENDIAN_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int WIDTH = TileGrid.WIDTH;
    private final Kernels kernels;
    private final WinogradTile tile;
    // Windows whose bits fit into an int.
    private final int together;
    private final float[] taps;
    private final float[] row;
    private int[] words = {};
    private float[] levels = {};

    WindowPoints(Kernels kernels, WinogradTile tile) {
        this.kernels = kernels;
        this.tile = tile;
        together = Integer.SIZE / tile.taps();
        taps = new float[together * tile.taps() * WIDTH];
        row = new float[together * tile.taps()];
    }

    /** The points of all windows, block of filters by block of filters, as {@link #decode} writes them. */
    static float[] of(Kernels kernels, WinogradTile tile, WeightRows weights) {
        int channels = weights.depth() / tile.taps();
        int block = Math.multiplyExact(tile.points(), TileGrid.blockFloats(channels));
        float[] points = new float[Math.multiplyExact(Math.ceilDiv(weights.rows(), WIDTH), block)];
        WindowPoints windows = new WindowPoints(kernels, tile);
        for (int b = 0; b * WIDTH < weights.rows(); b++) {
            windows.decode(weights, b, 0, channels, points, b * block);
        }
        return points;
    }

    /**
     * The points of filters {@code 32 block} on, channels {@code from} to {@code from + depth - 1}: point p of channel c of
     * filter f goes to {@code u[at + p * blockFloats(depth) + (c - from) * 32 + f % 32]}; zeros where there are no filters.
     */
    void decode(WeightRows weights, int block, int from, int depth, float[] u, int at) {
        boolean signs = weights instanceof PackedRows packed && packed.isGroupedByRow();
        if (signs) {
            levels((PackedRows) weights, block);
        }
        int stride = TileGrid.blockFloats(depth);
        for (int c = 0; c < depth; c += together) {
            int count = Math.min(together, depth - c);
            if (signs) {
                decodeTaps((PackedRows) weights, block, from + c, count);
            } else {
                readTaps(weights, block, from + c, count);
            }
            for (int i = 0; i < count; i++) {
                kernels.transforms().weights(tile, taps, i * tile.taps() * WIDTH, u, at + (c + i) * WIDTH, stride);
            }
        }
    }

    private void levels(PackedRows packed, int block) {
        int bits = packed.weight().bits();
        if (words.length < bits * WIDTH) {
            words = new int[bits * WIDTH];
            levels = new float[(bits + 1) * WIDTH];
        }
        int filters = Math.min(WIDTH, packed.rows() - block * WIDTH);
        Arrays.fill(levels, 0);
        for (int f = 0; f < filters; f++) {
            int group = packed.firstRow() + block * WIDTH + f;
            float base = packed.weight().offset(group);
            for (int p = 0; p < bits; p++) {
                float coefficient = packed.weight().coefficient(group, p);
                base -= coefficient;
                levels[(p + 1) * WIDTH + f] = 2 * coefficient;
            }
            levels[f] = base;
        }
    }

    private void decodeTaps(PackedRows packed, int block, int channel, int count) {
        PackedMatrix weight = packed.weight();
        byte[] planes = weight.planes();
        int bits = weight.bits();
        GroupLayout layout = weight.layout();
        int filters = Math.min(WIDTH, packed.rows() - block * WIDTH);
        long first =
                (long) (packed.firstRow() + block * WIDTH) * bits * layout.groupSize() + (long) channel * tile.taps();
        for (int f = 0; f < filters; f++) {
            for (int p = 0; p < bits; p++) {
                long bit = first + (long) (f * bits + p) * layout.groupSize();
                words[p * WIDTH + f] = (int) ((long) LITTLE_ENDIAN_LONG.get(planes, (int) (bit >>> 3)) >>> (bit & 7));
            }
        }
        for (int i = 0; i < count; i++) {
            int at = i * tile.taps();
            kernels.transforms().taps(words, 0, at, tile.taps(), bits, levels, taps, at * WIDTH);
        }
    }

    private void readTaps(WeightRows weights, int block, int channel, int count) {
        int filters = Math.min(WIDTH, weights.rows() - block * WIDTH);
        Arrays.fill(taps, 0);
        for (int f = 0; f < filters; f++) {
            weights.read(block * WIDTH + f, channel * tile.taps(), count * tile.taps(), row, 0);
            for (int i = 0; i < count * tile.taps(); i++) {
                taps[i * WIDTH + f] = row[i];
            }
        }
    }
}
