package dev.signet.engine.product;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.WinogradTile;
import dev.signet.engine.kernel.WinogradTransforms;
import org.jspecify.annotations.Nullable;

/**
 * What happens to each output channel of a product before it is stored: bias, BatchNormalization and activation in one pass.
 *
 * @param scale factor for each channel, null for 1
 * @param shift added to each channel after that
 * @param low smallest value after that
 * @param high largest value
 * @param slope factor for negative values, 1 for none
 */
public record Epilogue(float @Nullable [] scale, float[] shift, float low, float high, float slope) {
    /** The same for sums that are still to be multiplied by {@code alpha}. */
    public Epilogue times(float alpha) {
        if (alpha == 1) {
            return this;
        }
        float[] scaled = new float[shift.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = alpha * (scale == null ? 1 : scale[i]);
        }
        return new Epilogue(scaled, shift, low, high, slope);
    }

    /** Applies this to one value of each of channels {@code from} to {@code to - 1}: {@code y[channel]} from {@code x[xOffset..]}. */
    void applyAcross(float[] x, int xOffset, float[] y, int from, int to) {
        for (int channel = from; channel < to; channel++) {
            float sum = x[xOffset + channel - from];
            float v = (scale == null ? sum : sum * scale[channel]) + shift[channel];
            float raised = v < low ? low : v;
            float clipped = raised > high ? high : raised;
            y[channel] = clipped < 0 ? slope * clipped : clipped;
        }
    }

    /** Applies this to the outputs of tiles of channel {@code channel} on their way to rows of pixels ({@link WinogradTransforms#pixels}). */
    public void pixels(
            Kernels kernels,
            WinogradTile tile,
            int tiles,
            int channel,
            float[] x,
            int from,
            int xStride,
            float[] scratch,
            int scratchAt,
            float[] y,
            int at,
            int rowStride) {
        float factor = scale == null ? 1 : scale[channel];
        kernels.transforms()
                .pixels(
                        tile,
                        tiles,
                        x,
                        from,
                        xStride,
                        scratch,
                        scratchAt,
                        factor,
                        shift[channel],
                        low,
                        high,
                        y,
                        at,
                        rowStride);
        for (int r = 0; slope != 1 && r < tile.outputs(); r++) {
            int row = at + r * rowStride;
            kernels.leakyRelu(y, row, y, row, tiles * tile.outputs(), slope);
        }
    }

    /** What sums of a channel are multiplied by. */
    float scaleOf(int channel) {
        return scale == null ? 1 : scale[channel];
    }

    /** Whether this leaves channel {@code channel} as it is. */
    boolean isIdentity(int channel) {
        boolean clips = low > Float.NEGATIVE_INFINITY || high < Float.POSITIVE_INFINITY || slope != 1;
        return scale == null && shift[channel] == 0 && !clips;
    }

    /** Applies this to {@code n} values of channel {@code channel}; {@code y} may be {@code x}. */
    public void apply(Kernels kernels, int channel, float[] x, int xOffset, float[] y, int yOffset, int n) {
        float factor = scale == null ? 1 : scale[channel];
        kernels.affineClip(x, xOffset, y, yOffset, n, factor, shift[channel], low, high);
        if (slope != 1) {
            kernels.leakyRelu(y, yOffset, y, yOffset, n, slope);
        }
    }
}
