package dev.signet.engine.product;

import dev.signet.core.compute.Workers;
import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.kernel.Kernels;
import java.util.Arrays;

/**
 * Products of matrices that are both known at run time only, {@code c = a' b'} for every pair of a batch.
 *
 * @param m rows of the results
 * @param n columns of the results
 * @param depth what is summed over
 * @param transA whether {@code a} is stored [depth, m]
 * @param transB whether {@code b} is stored [n, depth]
 * @param aStarts where the left matrix of each pair starts
 * @param bStarts where the right matrix of each pair starts
 */
public record MatrixMultiplication(
        int m, int n, int depth, boolean transA, boolean transB, int[] aStarts, int[] bStarts) {
    // Columns that are computed at a time.
    private static final int BLOCK = 16 * Kernels.COLUMNS;

    /** One pair. */
    public static MatrixMultiplication of(int m, int n, int depth, boolean transA, boolean transB) {
        return new MatrixMultiplication(m, n, depth, transA, transB, new int[1], new int[1]);
    }

    /** Floats of memory shared by the workers: a right matrix, transposed. */
    public int shared() {
        return transB ? Math.addExact(Math.multiplyExact(n, depth), Kernels.COLUMNS) : 0;
    }

    /** What it should cost. */
    public Estimate estimate() {
        WeightRows rows = DenseRows.of(new float[0], m, depth);
        double one = CostModel.panels(KernelChoice.kernels(), rows, n, true);
        return new Estimate("matrices", (long) m * n * depth, one)
                .times(aStarts.length)
                .plus(new Estimate("", 0, CostModel.CALL));
    }

    /** Floats of scratch memory for each worker. */
    public int scratch() {
        WeightRows rows = DenseRows.of(new float[0], m, depth);
        return new PanelProduct(KernelChoice.kernels(), WeightPanels.onTheWay(rows), offsets())
                .scratch(Math.min(n, BLOCK));
    }

    // Where the rows of the right matrix start.
    private int[] offsets() {
        int[] offsets = new int[depth];
        Arrays.setAll(offsets, k -> k * n);
        return offsets;
    }

    /** The work; {@code b} must be readable {@link Kernels#COLUMNS} past its end. */
    public Runnable bind(Binding binding, float[] a, float[] b, float[] c) {
        int[] offsets = offsets();
        float[] right = transB ? binding.shared() : b;
        Runnable[] products = new Runnable[aStarts.length];
        for (int i = 0; i < products.length; i++) {
            WeightRows rows = new DenseRows(a, aStarts[i], m, depth, transA ? 1 : depth, transA ? m : 1);
            PanelProduct product = new PanelProduct(binding.kernels(), WeightPanels.onTheWay(rows), offsets);
            products[i] = bind(binding, product, right, transB ? 0 : bStarts[i], c, i * m * n);
        }
        return () -> {
            for (int i = 0; i < products.length; i++) {
                if (transB) {
                    transpose(b, bStarts[i], right);
                }
                products[i].run();
            }
        };
    }

    private Runnable bind(Binding binding, PanelProduct product, float[] b, int bStart, float[] c, int cStart) {
        Workers workers = binding.workers();
        int blocks = Math.ceilDiv(n, BLOCK);
        Product.RowSink[] sinks = new Product.RowSink[blocks];
        for (int i = 0; i < blocks; i++) {
            int from = i * BLOCK;
            int count = Math.min(BLOCK, n - from);
            sinks[i] = (row, sums, at) -> System.arraycopy(sums, at, c, cStart + row * n + from, count);
        }
        int height = binding.kernels().panelRows(Integer.MAX_VALUE);
        int chunks = Math.ceilDiv(m, height);
        Workers.Task task = (piece, worker) -> {
            int block = piece / chunks;
            int from = piece % chunks * height;
            product.run(
                    from,
                    Math.min(m, from + height),
                    b,
                    bStart + block * BLOCK,
                    Math.min(BLOCK, n - block * BLOCK),
                    binding.perWorker()[worker],
                    sinks[block]);
        };
        return () -> workers.run(blocks * chunks, task);
    }

    private void transpose(float[] b, int start, float[] to) {
        for (int j = 0; j < n; j++) {
            for (int k = 0; k < depth; k++) {
                to[k * n + j] = b[start + j * depth + k];
            }
        }
    }
}
