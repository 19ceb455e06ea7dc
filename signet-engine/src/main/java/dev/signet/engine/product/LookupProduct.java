package dev.signet.engine.product;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.LookupKernels;
import dev.signet.engine.kernel.SlabKernels;
import java.util.Arrays;

/**
 * Sign planes times columns by table lookups ({@link LookupKernels}): sums of four inputs are rounded to 8 bits, and no weight is
 * decoded. The tables of some columns are made once for all rows.
 *
 * @param kernels the arithmetic
 * @param weights the left matrix
 * @param offsets where each row of the right matrix starts
 * @param few the same product, for a few columns
 * @param layout of the scratch memory
 */
record LookupProduct(Kernels kernels, SlabRows weights, int[] offsets, FilterProduct few, Layout layout)
        implements Product {
    private static final int ROWS = SlabKernels.ROWS;
    private static final int INPUTS = SlabKernels.INPUTS;
    // Groups of four inputs in an int.
    private static final int GROUPS = SlabKernels.COLUMNS / INPUTS;

    // Rows of the right matrix that have one step in a column: half of what 16 bits can sum up.
    private static final int DEPTH = Math.min(NearRows.MOST, LookupKernels.MOST_GROUPS * INPUTS / 2);

    // Ints of a row that are looked up at a time: their tables stay in the L1 cache.
    private static final int WORDS = 4;

    // Floats of sums that are held at a time: they stay in the L2 cache, beside the tables.
    private static final int HELD = 1 << 13;

    // Rows of the right matrix at multiples of this distance lie in the same
    // places of a cache: they are copied side by side.
    private static final int FAR = 1024;

    // Columns that are left over at the end and not worth tables, and the filters of a strip for them.
    private static final int SHORT = 16;
    private static final int STRIP = Kernels.COLUMNS;

    // What the steps cost on a Zen 4, in the unit of cost(): a lookup, the tables
    // of a group of inputs, the sums of a row of a plane.
    private static final double LOOKUP = 1.4;
    private static final double TABLE = 140;
    private static final double SUM = 7;

    /**
     * Where things are in the scratch memory, which starts with the ranges of the columns.
     *
     * @param rest rows that are not a whole group
     * @param restRows where each of them starts, from {@code rest} on
     * @param tables the tables
     * @param numbers coefficients and offsets of all rows
     * @param heldSlabs slabs of rows whose sums are held at a time
     * @param slabSums floats of the sums of a slab
     * @param sums sums of lookups
     * @param areFar whether rows of the right matrix are copied side by side
     * @param near copies of them
     * @param decoded decoded weights of a strip of filters, with a slab's coefficients and offsets behind them
     * @param products finished sums, where they can not be made in their place
     */
    private record Layout(
            int rest,
            int[] restRows,
            int tables,
            int numbers,
            int heldSlabs,
            int slabSums,
            int sums,
            boolean areFar,
            int near,
            int decoded,
            int products) {
        static Layout of(LookupKernels kernels, SlabRows weights, int[] offsets, FilterProduct few) {
            int width = kernels.columns();
            int rest = kernels.rangeFloats();
            int tables = rest + INPUTS * width;
            int groups = SlabKernels.words(Math.min(DEPTH, weights.depth())) * GROUPS;
            // The kernel works in the place behind the last table.
            int numbers = tables + (groups + 1) * kernels.tableFloats();
            int slabs = Math.ceilDiv(weights.rows(), ROWS);
            int sums = Math.addExact(numbers, slabs * weights.weight().slabNumbers());
            int slabSums = ROWS * weights.weight().planes() * kernels.sumFloats();
            // About as many slabs each time.
            int held = Math.ceilDiv(slabs, Math.ceilDiv(Math.multiplyExact(slabs, slabSums), HELD));
            int[] restRows = {0, width, 2 * width, 3 * width};
            boolean areFar = offsets.length > 1 && offsets[1] > offsets[0] && (offsets[1] - offsets[0]) % FAR == 0;
            int near = sums + Math.max(held * slabSums, STRIP * (SHORT + Kernels.PANEL_ROWS + 1));
            int copied = areFar ? Math.min(DEPTH, weights.depth()) * NearRows.COLUMNS : 0;
            int decoded = Math.addExact(near, copied);
            int products = Math.addExact(decoded, few.decoded());
            return new Layout(rest, restRows, tables, numbers, held, slabSums, sums, areFar, near, decoded, products);
        }
    }

    static LookupProduct of(Kernels kernels, SlabRows weights, int[] offsets) {
        FilterProduct few = new FilterProduct(kernels, weights, new float[0], offsets);
        return new LookupProduct(kernels, weights, offsets, few, Layout.of(kernels.lookups(), weights, offsets, few));
    }

    /** Whether there is such a product: the weights are slabs from the first row on, and as many columns can be read as the kernel takes. */
    static boolean isPossible(Kernels kernels, WeightRows weights, int columns) {
        return weights instanceof SlabRows slabs
                && slabs.firstRow() % ROWS == 0
                && slabs.depth() > 0
                && columns + Kernels.COLUMNS > kernels.lookups().columns();
    }

    /** What a product costs, in the time in which a micro-kernel of {@link Kernels#multiplyFilters} does one row of one step of its depth. */
    static double cost(Kernels kernels, SlabRows weights, int columns) {
        double rows = (double) Math.ceilDiv(weights.rows(), ROWS)
                * ROWS
                * weights.weight().planes();
        double groups = Math.ceilDiv(weights.depth(), INPUTS);
        double blocks = Math.ceilDiv(weights.depth(), DEPTH);
        int width = kernels.lookups().columns();
        // Shorter vectors make the row of a micro-kernel slower; a lookup then only serves fewer columns.
        double scale = Math.min(1, width / 32.0);
        int left = columns % width;
        double strips = columns / width + (left > SHORT ? 1 : 0);
        double rest = left == 0 || left > SHORT
                ? 0
                : weights.depth()
                        * (CostModel.DECODED * weights.rows()
                                + CostModel.MICRO_KERNELS
                                        * CostModel.microKernels(kernels, left)
                                        * Math.ceilDiv(weights.rows(), STRIP));
        return strips * scale * (groups * (LOOKUP * rows + TABLE) + blocks * SUM * rows)
                + rest
                + CostModel.MOVED * columns * weights.depth();
    }

    @Override
    public int rowUnit() {
        return ROWS;
    }

    // Tables are made anew for every share of the rows.
    @Override
    public int enoughPieces(int workers) {
        return workers;
    }

    private int stride(int columns) {
        int width = kernels.lookups().columns();
        return Math.ceilDiv(columns, width) * width;
    }

    @Override
    public int scratch(int columns) {
        return Math.addExact(layout.products, Math.multiplyExact(weights.rows(), stride(columns)));
    }

    @Override
    public void run(int from, int to, float[] b, int base, int columns, float[] scratch, RowSink sink) {
        int width = kernels.lookups().columns();
        boolean inPlace = to - from > 1 && columns >= width && sink.place(0) >= 0;
        int stride = inPlace ? sink.place(1) - sink.place(0) : stride(columns);
        float[] c = inPlace ? sink.target() : scratch;
        int products = inPlace ? sink.place(from) : layout.products;
        weights.weight().numbers(slab(from), Math.ceilDiv(to - from, ROWS), scratch, layout.numbers);
        int whole = columns / width * width;
        for (int n = 0; n < whole; n += NearRows.COLUMNS) {
            int end = Math.min(whole, n + NearRows.COLUMNS);
            block(from, to, b, base + n, end - n, scratch, c, products + n, stride);
        }
        int left = columns - whole;
        if (left > 0 && left <= SHORT) {
            exactly(from, to, b, base + whole, left, scratch, c, products + whole, stride);
        } else if (left > 0) {
            // Some columns again, rather than some that are not there.
            int n = Math.max(0, columns - width);
            block(from, to, b, base + n, width, scratch, c, products + n, stride);
        }
        for (int row = from; row < to; row++) {
            if (inPlace) {
                sink.acceptInPlace(row);
            } else {
                sink.accept(row, c, products + (row - from) * stride);
            }
        }
    }

    /**
     * The products with a few columns, from decoded weights: tables would take as long as for all columns of a vector.
     */
    private void exactly(
            int from, int to, float[] b, int base, int columns, float[] scratch, float[] c, int cAt, int stride) {
        // Sums of lookups are not needed now.
        int sums = layout.sums;
        for (int row = from; row < to; row += STRIP) {
            for (int k = 0; k < weights.depth(); k += Kernels.PANEL_DEPTH) {
                int depth = Math.min(Kernels.PANEL_DEPTH, weights.depth() - k);
                few.decode(row, k, depth, scratch, layout.decoded);
                few.columns(scratch, layout.decoded, k, depth, b, base, columns, scratch, sums);
            }
            for (int f = 0; f < Math.min(STRIP, to - row); f++) {
                for (int n = 0; n < columns; n++) {
                    c[cAt + (row - from + f) * stride + n] = scratch[sums + n * STRIP + f];
                }
            }
        }
    }

    /** The products with as many columns as are copied at a time. */
    private void block(
            int from, int to, float[] b, int base, int columns, float[] scratch, float[] c, int cAt, int stride) {
        int width = kernels.lookups().columns();
        for (int k = 0; k < weights.depth(); k += DEPTH) {
            int depth = Math.min(DEPTH, weights.depth() - k);
            if (layout.areFar) {
                NearRows.copy(offsets, k, depth, b, base, columns, scratch, layout.near);
            } else {
                NearRows.fetch(kernels, offsets, k, depth, b, base, columns);
            }
            for (int n = 0; n < columns; n += width) {
                if (layout.areFar) {
                    makeTables(0, depth, scratch, NearRows.OFFSETS, layout.near + n, scratch);
                } else {
                    makeTables(k, depth, b, offsets, base + n, scratch);
                }
                lookUp(from, to, k, depth, scratch, c, cAt + n, stride);
            }
        }
    }

    private int slab(int row) {
        return (weights.firstRow() + row) / ROWS;
    }

    /** Ranges and tables of rows {@code k} to {@code k + depth - 1} of the right matrix; the last groups of an int are filled up with zeros. */
    private void makeTables(int k, int depth, float[] b, int[] rows, int base, float[] scratch) {
        LookupKernels lookups = kernels.lookups();
        int whole = depth / INPUTS;
        int left = depth % INPUTS;
        lookups.ranges(whole, b, rows, k, base, false, scratch, 0);
        if (left > 0) {
            copyRest(k + whole * INPUTS, left, b, rows, base, scratch);
            lookups.ranges(1, scratch, layout.restRows, 0, layout.rest, true, scratch, 0);
        }
        lookups.steps(scratch, 0);
        lookups.tables(whole, b, rows, k, base, scratch, 0, scratch, layout.tables);
        for (int g = whole; g < SlabKernels.words(depth) * GROUPS; g++) {
            copyRest(k + whole * INPUTS, g == whole ? left : 0, b, rows, base, scratch);
            int at = layout.tables + g * lookups.tableFloats();
            lookups.tables(1, scratch, layout.restRows, 0, layout.rest, scratch, 0, scratch, at);
        }
    }

    // Rows that are left over, and rows of zeros.
    private void copyRest(int k, int left, float[] b, int[] rows, int base, float[] scratch) {
        int width = kernels.lookups().columns();
        for (int i = 0; i < left; i++) {
            System.arraycopy(b, rows[k + i] + base, scratch, layout.rest + layout.restRows[i], width);
        }
        Arrays.fill(scratch, layout.rest + left * width, layout.rest + INPUTS * width, 0);
    }

    /** Adds to {@code c} what the tables say of rows {@code k} to {@code k + depth - 1} of the right matrix. */
    private void lookUp(int from, int to, int k, int depth, float[] scratch, float[] c, int cAt, int stride) {
        LookupKernels lookups = kernels.lookups();
        SlabMatrix matrix = weights.weight();
        int planes = matrix.planes();
        int words = SlabKernels.words(depth);
        int slabs = Math.ceilDiv(to - from, ROWS);
        for (int first = 0; first < slabs; first += layout.heldSlabs) {
            int count = Math.min(layout.heldSlabs, slabs - first);
            for (int w = 0; w < words; w += WORDS) {
                lookups.lookUp(
                        count * planes,
                        Math.min(WORDS, words - w),
                        matrix.codes(),
                        matrix.codesAt(slab(from) + first, 0) + (k / SlabKernels.COLUMNS + w) * ROWS,
                        matrix.slabInts(),
                        scratch,
                        layout.tables + w * GROUPS * lookups.tableFloats(),
                        w > 0,
                        scratch,
                        layout.sums);
            }
            for (int t = 0; t < count; t++) {
                int row = (first + t) * ROWS;
                lookups.finish(
                        Math.min(ROWS, to - from - row),
                        planes,
                        words * GROUPS,
                        scratch,
                        layout.numbers + (first + t) * matrix.slabNumbers(),
                        scratch,
                        0,
                        scratch,
                        layout.sums + t * layout.slabSums,
                        k > 0,
                        c,
                        cAt + row * stride,
                        stride);
            }
        }
    }
}
