package dev.signet.engine.winograd;

import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.WinogradTile;
import dev.signet.engine.product.SlidingConvolution;
import dev.signet.engine.product.Window;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which algorithm a convolution takes: the sum over taps ({@link SlidingConvolution}), which every convolution can, or a Winograd
 * convolution, by estimated cost. {@link KernelChoice#CONVOLUTION} forces one.
 */
public final class ConvolutionChoice {
    // Points of weights that fit the L2 cache.
    private static final int NEAR_FLOATS = 1 << 18;

    // Tiles that are worth a band.
    private static final int LEAST_TILES = 8;

    private ConvolutionChoice() {}

    /** Whether {@code window} is one that a Winograd convolution can have. */
    public static boolean isPossible(Window window) {
        boolean possible =
                window.kernel()[0] == window.kernel()[1] && !candidates(window).isEmpty();
        for (int i = 0; i < 2; i++) {
            possible &= window.stride()[i] == 1 && window.dilation()[i] == 1;
        }
        return possible;
    }

    private static List<WinogradTile> candidates(Window window) {
        return Arrays.stream(WinogradTile.values())
                .filter(tile -> tile.window() == window.kernel()[0])
                .toList();
    }

    /**
     * The tiles of the fastest Winograd convolution, if it is faster than the sum over taps.
     *
     * @param window a window for which it {@link #isPossible}
     * @param channels channels that a filter reads
     * @param filters filters of a group
     * @param decodes whether weights are decoded in every run
     * @param workers how many share the work
     */
    public static Optional<TileGrid> tiles(
            Window window,
            int images,
            int channels,
            int filters,
            int groups,
            Kernels kernels,
            boolean decodes,
            int workers) {
        List<TileGrid> grids = candidates(window).stream()
                .map(tile -> grid(tile, window, images, channels, filters, groups))
                .map(grid -> decodes ? grid : sharedOut(grid, workers))
                .toList();
        return switch (KernelChoice.convolution()) {
            case "direct", "lookup" -> Optional.empty();
            case "winograd2" -> Optional.of(grids.getFirst());
            case "winograd4" -> Optional.of(grids.getLast());
            default -> {
                ConvolutionCost cost = new ConvolutionCost(kernels, decodes, workers);
                TileGrid best = Collections.min(grids, Comparator.comparingDouble(cost::winograd));
                yield cost.winograd(best) < cost.direct(best) ? Optional.of(best) : Optional.empty();
            }
        };
    }

    /**
     * The same in as many bands as there are workers, if they would have to share one: what a worker transforms is then in its own
     * cache when it multiplies, and so is most of what it reads in the next layer. Not where each would have to fetch weights that
     * do not fit this cache.
     */
    private static TileGrid sharedOut(TileGrid grid, int workers) {
        int rows = Math.ceilDiv(grid.rows(), workers);
        boolean near = grid.weightFloats() <= NEAR_FLOATS;
        return near && !grid.isSharedInBands(workers) && rows * grid.tilesX() >= LEAST_TILES
                ? grid.inBandsOf(Math.min(rows, grid.bandRows()))
                : grid;
    }

    private static TileGrid grid(WinogradTile tile, Window window, int images, int channels, int filters, int groups) {
        int rows = Math.multiplyExact(images, Math.ceilDiv(window.output()[0], tile.outputs()));
        int tilesX = Math.ceilDiv(window.output()[1], tile.outputs());
        return new TileGrid(
                tile,
                images,
                channels,
                filters,
                groups,
                window.input()[0],
                window.input()[1],
                window.output()[0],
                window.output()[1],
                window.before()[0],
                window.before()[1],
                WinogradConvolution.bandRows(rows, tilesX, channels, tile.points()));
    }
}
