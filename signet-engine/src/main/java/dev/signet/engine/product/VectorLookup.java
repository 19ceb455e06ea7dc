package dev.signet.engine.product;

import dev.signet.core.compute.Workers;
import dev.signet.engine.kernel.SlabKernels;

/**
 * Packed weights times one vector without decoding a weight: for every plane the sum of the inputs under its signs is looked up
 * in tables of four inputs each ({@link SlabKernels}), and {@code y = z * (sum of all x) + sum of a_p * s_p}. Exact in fp32, unless the
 * tables are rounded.
 *
 * @param weights the weights
 * @param epilogue what is done to finished sums
 * @param rounded whether the tables are rounded to bytes
 */
record VectorLookup(SlabRows weights, Epilogue epilogue, boolean rounded) {
    // 64 rows: the kernel takes four planes of a slab at a time, which come out even for any number of planes.
    private static final int CHUNK_SLABS = 4;

    private static final int CHUNK_ROWS = CHUNK_SLABS * SlabKernels.ROWS;

    /** Floats of memory shared by the workers: the tables, the sum of the inputs, the step and the tables of bytes. */
    int shared() {
        int bytes = rounded ? weights.kernels().slabs().byteTableFloats(weights.depth()) : 0;
        return Math.addExact(Math.addExact(SlabKernels.tableFloats(weights.depth()), 2), bytes);
    }

    /** Floats of scratch memory for each worker: sums of the planes, the sums that they add up to, coefficients and offsets. */
    int scratch() {
        return CHUNK_ROWS * 2 * (weights.weight().planes() + 1);
    }

    /** The work from {@code x[xOffset..]} to {@code y}. */
    Runnable bind(Binding binding, float[] x, float[] y) {
        Workers workers = binding.workers();
        float[] tables = binding.shared();
        int total = SlabKernels.tableFloats(weights.depth());
        int depth = weights.depth();
        Workers.Task task = (chunk, worker) -> chunk(binding, chunk * CHUNK_SLABS, tables[total], y, worker);
        int chunks = Math.ceilDiv(weights.rows(), CHUNK_ROWS);
        SlabKernels kernels = binding.kernels().slabs();
        return () -> {
            kernels.tables(x, depth, tables);
            tables[total] = total(tables, total);
            if (rounded) {
                tables[total + 1] = kernels.byteTables(tables, depth, tables, total + 2);
            }
            workers.run(chunks, task);
        };
    }

    // The sum of all inputs, from the last entries of the tables: always added in the
    // same order, which a sum over the lanes of vectors is not.
    private static float total(float[] tables, int end) {
        double even = 0;
        double odd = 0;
        // Tables come in eights.
        for (int last = SlabKernels.ENTRIES - 1; last < end; last += 2 * SlabKernels.ENTRIES) {
            even += tables[last];
            odd += tables[last + SlabKernels.ENTRIES];
        }
        return (float) (even + odd);
    }

    private void chunk(Binding binding, int firstSlab, float total, float[] y, int worker) {
        SlabKernels kernels = binding.kernels().slabs();
        SlabMatrix matrix = weights.weight();
        float[] scratch = binding.perWorker()[worker];
        int slabs = Math.min(CHUNK_SLABS, matrix.slabs() - firstSlab);
        int planes = matrix.planes();
        int words = SlabKernels.words(matrix.columns());
        int sums = 0;
        int result = CHUNK_ROWS * planes;
        float[] tables = binding.shared();
        int codes = matrix.codesAt(firstSlab, 0);
        if (rounded) {
            int step = SlabKernels.tableFloats(weights.depth()) + 1;
            kernels.byteSums(
                    slabs * planes, words, matrix.codes(), codes, tables, step + 1, tables[step], scratch, sums);
        } else {
            kernels.tableSums(slabs * planes, words, matrix.codes(), codes, tables, scratch, sums);
        }
        int numbers = result + CHUNK_ROWS;
        matrix.numbers(firstSlab, slabs, scratch, numbers);
        kernels.combine(slabs, planes, scratch, numbers, total, scratch, scratch, result);
        int first = firstSlab * SlabKernels.ROWS;
        epilogue.applyAcross(scratch, result, y, first, Math.min(weights.rows(), first + CHUNK_ROWS));
    }
}
