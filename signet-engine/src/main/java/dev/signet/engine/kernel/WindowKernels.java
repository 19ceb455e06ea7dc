package dev.signet.engine.kernel;

/** Filters of one channel. */
public interface WindowKernels {
    /**
     * One filter on one channel: {@code y[n] = clip(shift + sum over the window of weight * x)} for every pixel n.
     *
     * @param weights the window's weights as {@link ShiftedWindow#taps} orders them
     * @param at where they start
     * @param x images, readable {@link Kernels#COLUMNS} beyond their end
     * @param from where the channel starts
     * @param to where the output starts
     * @param shift added to each output
     * @param low smallest output
     * @param high largest output
     */
    default void slide(
            ShiftedWindow window,
            float[] weights,
            int at,
            float[] x,
            int from,
            float[] y,
            int to,
            float shift,
            float low,
            float high) {
        slide(window, 0, window.pixels(), weights, at, x, from, y, to, shift, low, high);
    }

    /** The same for pixels {@code start} to {@code end - 1}: pixel n goes to {@code y[to + n]}. */
    void slide(
            ShiftedWindow window,
            int start,
            int end,
            float[] weights,
            int at,
            float[] x,
            int from,
            float[] y,
            int to,
            float shift,
            float low,
            float high);
}
