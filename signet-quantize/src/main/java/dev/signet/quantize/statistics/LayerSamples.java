package dev.signet.quantize.statistics;

/**
 * A layer's inputs and outputs on one chunk of samples, as columns: input column x (length d) gives output column
 * {@code y = W x} for each channel group. Columns come in lines of {@link #line()} neighbours.
 */
interface LayerSamples {
    /** Columns in a line. */
    int line();

    /** Samples in this chunk; each has the same number of lines. */
    int samples();

    /** Lines in this chunk. */
    int lines();

    /** Writes row {@code row} of the input columns of some lines for a channel group. */
    void input(int group, int row, Window.Lines lines, float[] into, int at);

    /** Writes row {@code filter} of the output columns of some lines for a channel group. */
    void output(int group, int filter, Window.Lines lines, float[] into, int at);

    /**
     * Writes the mean column of a sample.
     *
     * @param into receives the means of the group's input rows, then those of its output rows
     */
    void means(int group, int sample, float[] into);
}
