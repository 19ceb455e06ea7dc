package dev.signet.engine.product;

import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.kernel.Kernels;

/** A matrix of weights times columns, of which the rows of the result can be had one by one. */
public sealed interface Product permits PanelProduct, FilterProduct, LookupProduct {
    /** Takes a finished row, or some columns of it. */
    interface RowSink {
        /** The array in which rows can be computed at their {@link #place}, so that nothing is left to copy. */
        default float[] target() {
            return new float[0];
        }

        /** Where row {@code row} goes in {@link #target} if its columns follow one another there, or -1. */
        default int place(int row) {
            return -1;
        }

        /** Row {@code row} is in its place. */
        default void acceptInPlace(int row) {}

        /** Row {@code row} is in {@code c[at..]}; it may be written to. */
        void accept(int row, float[] c, int at);
    }

    /** The weights. */
    WeightRows weights();

    /** Work is cut at multiples of so many rows. */
    int rowUnit();

    /** Pieces of columns with which {@code workers} are busy; with fewer they share the rows out, too. */
    default int enoughPieces(int workers) {
        return 2 * workers;
    }

    /** Floats of scratch memory that {@link #run} needs for up to {@code columns} columns. */
    int scratch(int columns);

    /**
     * Computes rows {@code from} to {@code to - 1} of the product.
     *
     * @param from a multiple of {@link #rowUnit}
     * @param b array of the right matrix, readable up to {@link Kernels#COLUMNS} past its last column
     * @param base added to all offsets
     * @param columns number of columns
     * @param scratch scratch memory, from its start
     */
    void run(int from, int to, float[] b, int base, int columns, float[] scratch, RowSink sink);

    /**
     * The product that is fastest for {@code columns} columns: one that rounds activations, if that is allowed and worth it, or that of
     * {@link #exact}.
     *
     * @param means what it may use
     * @param constant whether the weights are the same in every run
     */
    static Product of(Means means, WeightRows weights, int[] offsets, int columns, boolean constant) {
        Kernels kernels = KernelChoice.kernels();
        if (means.rounding().isAllowed() && LookupProduct.isPossible(kernels, weights, columns)) {
            SlabRows slabs = (SlabRows) weights;
            double cost = LookupProduct.cost(kernels, slabs, columns);
            boolean pays = cost < WORTH_ROUNDING * exactCost(means.store(), kernels, slabs, columns);
            if (KernelChoice.convolution().isEmpty()
                    ? pays
                    : KernelChoice.convolution().equals("lookup")) {
                means.rounding().use();
                return LookupProduct.of(kernels, slabs, offsets);
            }
        }
        return exact(kernels, means.store(), weights, offsets, columns, constant);
    }

    // As long as it takes, with what micro-kernels do not count: moving inputs and outputs, decoding weights.
    private static double exactCost(WeightStore store, Kernels kernels, SlabRows weights, int columns) {
        double filters = byFilters(kernels, weights, columns);
        double panels = byPanels(kernels, weights, columns);
        long floats = (long) weights.rows() * weights.depth();
        boolean decoded = !store.prepares(weights) || (filters < panels && floats > L2_FLOATS);
        return MICRO_KERNELS * weights.depth() * Math.min(filters, panels)
                + MOVED * columns * (weights.rows() + weights.depth())
                + (decoded ? DECODED * floats : 0);
    }

    /**
     * The product that is faster for {@code columns} columns and does not round. Constant weights can be laid out for either of the
     * kernels, and slabs be decoded for either, which round up in different directions: {@link PanelProduct} the columns, {@link FilterProduct} the rows.
     *
     * @param constant whether the weights are the same in every run
     */
    static Product exact(
            Kernels kernels, WeightStore store, WeightRows weights, int[] offsets, int columns, boolean constant) {
        boolean prepared = constant && store.prepares(weights);
        boolean inSlabs = weights instanceof SlabRows;
        if (!prepared && !inSlabs) {
            return new PanelProduct(kernels, WeightPanels.onTheWay(weights), offsets);
        }
        if (byFilters(kernels, weights, columns) < byPanels(kernels, weights, columns)) {
            // Weights that do not fit the L2 cache come faster as signs, even if they are decoded in every run.
            boolean decoded = inSlabs && (!prepared || (long) weights.rows() * weights.depth() > L2_FLOATS);
            float[] strips = decoded ? new float[0] : store.strips(weights);
            return new FilterProduct(kernels, weights, strips, offsets);
        }
        return new PanelProduct(
                kernels, prepared ? store.prepare(kernels, weights) : WeightPanels.onTheWay(weights), offsets);
    }

    private static double byPanels(Kernels kernels, WeightRows weights, int columns) {
        return microKernels(kernels, weights.rows()) * Math.ceilDiv(columns, Kernels.COLUMNS);
    }

    private static double byFilters(Kernels kernels, WeightRows weights, int columns) {
        return microKernels(kernels, columns) * Math.ceilDiv(weights.rows(), Kernels.COLUMNS)
                + FilterProduct.TURNING * columns * weights.rows() / Math.max(1, weights.depth());
    }

    /** What the micro-kernels for so many rows cost: the time of one is that of its rows and of what it does besides. */
    static double microKernels(Kernels kernels, int rows) {
        double cost = 0;
        for (int left = rows; left > 0; ) {
            int height = kernels.panelRows(left);
            cost += height + MICRO_KERNEL_OVERHEAD;
            left -= height;
        }
        return cost;
    }

    /** Rows whose time equals what a micro-kernel does besides, as the kernels' benchmark shows. */
    double MICRO_KERNEL_OVERHEAD = 3;

    /** What a product that rounds may cost of one that does not. */
    double WORTH_ROUNDING = 0.94;

    /** What micro-kernels cost of what {@link #microKernels} says, measured on a Zen 4: it compares two ways to cut a product well, but is too high for both. */
    double MICRO_KERNELS = 0.72;

    /** Fetching an input or storing an output. */
    double MOVED = 0.4;

    /** Decoding a weight. */
    double DECODED = 0.25;

    /** Floats in a usual L2 cache, of 2 MB. */
    int L2_FLOATS = 1 << 19;
}
