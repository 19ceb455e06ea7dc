package dev.signet.engine.operator;

/** A matrix of weights of which parts of rows can be had as fp32, however they are stored. */
interface WeightRows {
    /** Number of rows. */
    int rows();

    /** Number of weights in a row. */
    int depth();

    /** Writes weights {@code from} to {@code from + length - 1} of row {@code row} to {@code to[at..]}. */
    void read(int row, int from, int length, float[] to, int at);
}
