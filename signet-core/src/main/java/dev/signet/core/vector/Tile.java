package dev.signet.core.vector;

/**
 * A part of a row-major matrix.
 *
 * @param values the matrix
 * @param from where the part's first element is
 * @param stride elements from one row to the next
 */
public record Tile(float[] values, int from, int stride) {}
