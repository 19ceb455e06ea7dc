package dev.signet.engine.winograd;

import dev.signet.engine.kernel.WinogradTransforms;

/**
 * The first step of a Winograd convolution: the tiles of a band, turned to points and laid out in strips. Point p of tile t in channel
 * c goes to {@code (t / 32 * points + p) * blockFloats(channels) + c * 32 + t % 32}.
 */
sealed interface BandInput permits TileInput, ChannelInput, PixelInput {
    /** The faster one for {@code grid}. */
    static BandInput of(TileGrid grid, WinogradTransforms transforms) {
        if (PixelInput.pays(grid, transforms)) {
            return new PixelInput(grid, transforms);
        }
        return ChannelInput.pays(grid, transforms)
                ? new ChannelInput(grid, transforms)
                : new TileInput(grid, transforms);
    }

    /** Floats of scratch memory. */
    int scratch();

    /**
     * Transforms channels {@code from} to {@code to - 1} of a group.
     *
     * @param from a multiple of 16, and so is {@code to} if it is not the last
     * @param x input images, readable up to 16 elements past their end
     * @param v transformed tiles
     * @param vAt where they start
     * @param scratch scratch memory, from {@code at} on
     */
    void run(float[] x, int group, int band, int from, int to, float[] v, int vAt, float[] scratch, int at);
}
