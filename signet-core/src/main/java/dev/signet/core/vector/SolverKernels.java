package dev.signet.core.vector;

/**
 * The inner loops of the solvers. Implementations have no state; sums may be taken in any order, so that two of them agree to
 * rounding only.
 */
public interface SolverKernels {
    /** {@code scalar} or {@code vector}. */
    String name();

    /**
     * Sums the importances and the weighted values that lie above each threshold: what an alternating step needs to know of a
     * group, without a code for any weight.
     *
     * @param weights values w
     * @param importance u, as long as {@code weights}
     * @param products u * w
     * @param length how many of the weights count
     * @param thresholds rising
     * @param mass receives the sum of u over w &gt; t for each threshold t
     * @param moment receives the sum of u * w over w &gt; t for each threshold t
     */
    void sumsAbove(
            float[] weights,
            float[] importance,
            float[] products,
            int length,
            float[] thresholds,
            double[] mass,
            double[] moment);

    /**
     * Gives each weight the code of the level that is nearest to it.
     *
     * @param weights values
     * @param length how many of the weights count
     * @param thresholds rising; a weight above k of them has rank k
     * @param codes the code of each rank
     * @param assigned receives a code for each weight
     */
    void assign(float[] weights, int length, float[] thresholds, byte[] codes, byte[] assigned);

    /**
     * Adds a matrix product: {@code y[r][k] += sum over j of x[r][j] * matrix[j][k]}.
     *
     * @param x [rows x depth]
     * @param matrix [depth x columns]; few enough rows for the caches, say 64
     * @param y [rows x columns]
     */
    void multiplyAdd(Tile x, Tile matrix, Tile y, int rows, int depth, int columns);

    /** The same for any depth: rows of the matrix that stay in the second-level cache meet all rows of {@code x}, then the next. */
    default void multiplyAddDeep(Tile x, Tile matrix, Tile y, int rows, int depth, int columns) {
        int part = 64;
        for (int j = 0; j < depth; j += part) {
            Tile left = new Tile(x.values(), x.from() + j, x.stride());
            Tile right = new Tile(matrix.values(), matrix.from() + j * matrix.stride(), matrix.stride());
            multiplyAdd(left, right, y, rows, Math.min(part, depth - j), columns);
        }
    }

    /** Adds a multiple of a row to another: {@code y[k] += factor * x[k]} for {@code length} elements from the given places on. */
    void addScaled(float factor, float[] x, int fromX, float[] y, int fromY, int length);

    /** The sum of {@code x[k] * y[k]} over {@code length} elements from the given places on. */
    double dot(float[] x, int fromX, float[] y, int fromY, int length);
}
