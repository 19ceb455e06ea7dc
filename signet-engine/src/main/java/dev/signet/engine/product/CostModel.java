package dev.signet.engine.product;

import dev.signet.engine.kernel.Kernels;
import java.util.Arrays;

/**
 * What products cost, about, in the unit of {@link Estimate#cost}: one cycle with AVX-512 on a Zen 5, two on a Zen 4. What matters is where two
 * strategies cost the same, and that differs little from one machine to another. {@code signet bench --explain} prints it beside what was measured.
 */
public final class CostModel {
    /** Starting a step. */
    public static final double CALL = 300;

    /** Reading or writing an element of a step that just passes over its values. */
    public static final double PASSED = 0.15;

    /** Rows whose time equals what a micro-kernel does besides, as the kernels' benchmark shows. */
    private static final double MICRO_KERNEL_OVERHEAD = 3;

    /** What micro-kernels cost of what {@link #microKernels} says, measured on a Zen 4: it compares two ways to cut a product well, but is too high for both. */
    static final double MICRO_KERNELS = 0.72;

    /** Fetching an input or storing an output. */
    static final double MOVED = 0.4;

    /** Decoding a weight. */
    static final double DECODED = 0.25;

    /** One sum of a filter of one channel. */
    private static final double WINDOW_SUM = 1 / 12.0;

    /** One weight of a product with a single column. */
    private static final double VECTOR_WEIGHT = 1 / 8.0;

    /** One sign of a product with a single column, where sums are looked up and where they are rounded. */
    private static final double TABLE_FLOAT = 1 / 50.0;

    private static final double TABLE_BYTE = 1 / 100.0;

    private static final int DEPTH = Kernels.PANEL_DEPTH;
    private static final int CALLS = 400;

    private CostModel() {}

    /** What the micro-kernels for so many rows cost: the time of one is that of its rows and of what it does besides. */
    public static double microKernels(Kernels kernels, int rows) {
        double cost = 0;
        for (int left = rows; left > 0; ) {
            int height = kernels.panelRows(left);
            cost += height + MICRO_KERNEL_OVERHEAD;
            left -= height;
        }
        return cost;
    }

    /** A step of the depth of {@link PanelProduct}. */
    static double byPanels(Kernels kernels, int rows, int columns) {
        return microKernels(kernels, rows) * Math.ceilDiv(columns, Kernels.COLUMNS);
    }

    /** A step of the depth of {@link FilterProduct}. */
    static double byFilters(Kernels kernels, WeightRows weights, int columns) {
        return microKernels(kernels, columns) * Math.ceilDiv(weights.rows(), Kernels.COLUMNS)
                + FilterProduct.TURNING * columns * weights.rows() / Math.max(1, weights.depth());
    }

    /** A {@link PanelProduct}: as long as it takes, with what micro-kernels do not count. */
    static double panels(Kernels kernels, WeightRows weights, int columns, boolean decoded) {
        return MICRO_KERNELS * weights.depth() * byPanels(kernels, weights.rows(), columns)
                + moving(weights, columns, decoded);
    }

    /** The same of a {@link FilterProduct}. */
    static double filters(Kernels kernels, WeightRows weights, int columns, boolean decoded) {
        return MICRO_KERNELS * weights.depth() * byFilters(kernels, weights, columns)
                + moving(weights, columns, decoded);
    }

    private static double moving(WeightRows weights, int columns, boolean decoded) {
        long floats = (long) weights.rows() * weights.depth();
        return MOVED * columns * (weights.rows() + weights.depth()) + (decoded ? DECODED * floats : 0);
    }

    /** Any product of {@code columns} columns. */
    static Estimate product(Kernels kernels, Product product, int columns) {
        WeightRows weights = product.weights();
        long products = (long) weights.rows() * weights.depth() * columns;
        return switch (product) {
            case PanelProduct panels -> {
                boolean decoded = panels.left().panels().length == 0;
                yield new Estimate("panels", products, panels(kernels, weights, columns, decoded));
            }
            case FilterProduct filters -> {
                boolean decoded = filters.strips().length == 0;
                yield new Estimate("filters", products, filters(kernels, weights, columns, decoded));
            }
            case LookupProduct lookup ->
                new Estimate("lookups", products, LookupProduct.cost(kernels, lookup.weights(), columns));
        };
    }

    /** Filters of one channel each, of whose sums more are computed than are wanted. */
    static Estimate depthwise(long products, long computed) {
        return new Estimate("depthwise", products, CALL + WINDOW_SUM * computed);
    }

    /** Weights times one column. */
    static Estimate vector(WeightRows weights) {
        long floats = (long) weights.rows() * weights.depth();
        return new Estimate("vector", floats, CALL + VECTOR_WEIGHT * floats);
    }

    /** The same from sign planes, by tables of sums of inputs. */
    static Estimate table(SlabRows weights, boolean rounded) {
        long floats = (long) weights.rows() * weights.depth();
        double lookups = (double) floats * weights.weight().planes() * (rounded ? TABLE_BYTE : TABLE_FLOAT);
        return new Estimate(rounded ? "byte tables" : "tables", floats, CALL + lookups);
    }

    /** Products a second of the largest micro-kernel on operands in the L1 cache, over some milliseconds: {@link Kernels#COLUMNS} of them are one unit of cost. */
    public static double measure(Kernels kernels) {
        int rows = kernels.panelRows(Integer.MAX_VALUE);
        float[] weights = new float[Panels.blockFloats(rows, DEPTH)];
        float[] right = new float[DEPTH * Kernels.COLUMNS];
        float[] sums = new float[rows * Kernels.COLUMNS];
        int[] offsets = new int[DEPTH];
        Arrays.setAll(offsets, k -> k * Kernels.COLUMNS);
        long start = System.nanoTime();
        for (int i = 0; i < CALLS; i++) {
            kernels.multiply(
                    rows, DEPTH, weights, 0, right, offsets, 0, 0, Kernels.COLUMNS, false, sums, 0, Kernels.COLUMNS);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return (double) CALLS * rows * DEPTH * Kernels.COLUMNS / seconds;
    }
}
