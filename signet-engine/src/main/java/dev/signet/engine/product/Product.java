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
            boolean pays = LookupProduct.cost(kernels, slabs, columns)
                    < WORTH_ROUNDING * exactCost(kernels, means.store(), slabs, columns);
            if (KernelChoice.convolution().isEmpty()
                    ? pays
                    : KernelChoice.convolution().equals("lookup")) {
                means.rounding().use();
                return LookupProduct.of(kernels, slabs, offsets);
            }
        }
        return exact(kernels, means.store(), weights, offsets, columns, constant);
    }

    private static double exactCost(Kernels kernels, WeightStore store, SlabRows weights, int columns) {
        boolean byFilters = isFasterByFilters(kernels, weights, columns);
        boolean decoded = !store.prepares(weights) || (byFilters && isFar(weights));
        return byFilters
                ? CostModel.filters(kernels, weights, columns, decoded)
                : CostModel.panels(kernels, weights, columns, decoded);
    }

    private static boolean isFasterByFilters(Kernels kernels, WeightRows weights, int columns) {
        return CostModel.byFilters(kernels, weights, columns) < CostModel.byPanels(kernels, weights.rows(), columns);
    }

    // Weights that do not fit the L2 cache come faster as signs, even if they are decoded in every run.
    private static boolean isFar(WeightRows weights) {
        return (long) weights.rows() * weights.depth() > L2_FLOATS;
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
        if (isFasterByFilters(kernels, weights, columns)) {
            boolean decoded = inSlabs && (!prepared || isFar(weights));
            float[] strips = decoded ? new float[0] : store.strips(weights);
            return new FilterProduct(kernels, weights, strips, offsets);
        }
        return new PanelProduct(
                kernels, prepared ? store.prepare(kernels, weights) : WeightPanels.onTheWay(weights), offsets);
    }

    /** What a product that rounds may cost of one that does not. */
    double WORTH_ROUNDING = 0.94;

    /** Floats in a usual L2 cache, of 2 MB. */
    int L2_FLOATS = 1 << 19;
}
