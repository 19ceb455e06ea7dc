package dev.signet.engine.product;

import dev.signet.core.compute.Workers;
import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.kernel.Kernels;
import java.util.Optional;

/**
 * Rows of inputs times a matrix of weights that is stored output by output: {@code y[n][f] = sum over k of w[f][k] * x[n][k]}.
 *
 * @param weights a row for each output
 * @param store where prepared weights are kept
 * @param epilogue what is done to finished sums
 * @param batch rows of inputs
 * @param rounded whether activations are rounded
 */
public record FullyConnected(WeightRows weights, WeightStore store, Epilogue epilogue, int batch, boolean rounded) {
    // Units of rows that a worker takes at a time.
    private static final int CHUNK_UNITS = 4;

    // Rows of weights at a time for one row of inputs.
    private static final int VECTOR_ROWS = 128;

    public static FullyConnected of(Means means, WeightRows weights, Epilogue epilogue, int batch) {
        boolean rounded = means.rounding().isAllowed()
                && batch == 1
                && weights instanceof SlabRows slabs
                && slabs.kernels().slabs().hasByteTables();
        if (rounded) {
            means.rounding().use();
        }
        return new FullyConnected(weights, means.store(), epilogue, batch, rounded);
    }

    /** Floats of memory shared by the workers: the inputs, transposed, or tables of them. */
    public int shared() {
        if (table().isPresent()) {
            return table().get().shared();
        }
        return batch == 1 ? 0 : Math.addExact(Math.multiplyExact(batch, weights.depth()), Kernels.COLUMNS);
    }

    /** Floats of scratch memory for each worker. */
    public int scratch() {
        if (table().isPresent()) {
            return table().get().scratch();
        }
        return batch == 1 ? 0 : product().scratch(batch);
    }

    /** What it should cost. */
    public Estimate estimate() {
        if (batch > 1) {
            Estimate product = CostModel.product(KernelChoice.kernels(), product(), batch);
            return new Estimate("fully connected", product.products(), CostModel.CALL + product.cost());
        }
        return table().isPresent() ? CostModel.table((SlabRows) weights, rounded) : CostModel.vector(weights);
    }

    // The product that needs no weights, only signs.
    private Optional<VectorLookup> table() {
        return batch == 1 && weights instanceof SlabRows slabs
                ? Optional.of(new VectorLookup(slabs, epilogue, rounded))
                : Optional.empty();
    }

    /** The work from {@code x} to {@code y}. */
    public Runnable bind(Binding binding, float[] x, float[] y) {
        if (table().isPresent()) {
            return table().get().bind(binding, x, y);
        }
        Workers workers = binding.workers();
        int rows = weights.rows();
        if (batch == 1) {
            Workers.Task task = (piece, worker) ->
                    vector(binding.kernels(), x, y, piece * VECTOR_ROWS, Math.min(rows, (piece + 1) * VECTOR_ROWS));
            return () -> workers.run(Math.ceilDiv(rows, VECTOR_ROWS), task);
        }
        int depth = weights.depth();
        Kernels kernels = binding.kernels();
        Product product = product();
        int chunk = CHUNK_UNITS * product.rowUnit();
        int chunks = Math.ceilDiv(rows, chunk);
        float[] transposed = binding.shared();
        Product.RowSink sink = (row, c, at) -> {
            epilogue.apply(kernels, row, c, at, c, at, batch);
            for (int n = 0; n < batch; n++) {
                y[n * rows + row] = c[at + n];
            }
        };
        Workers.Task task = (piece, worker) -> product.run(
                piece * chunk,
                Math.min(rows, (piece + 1) * chunk),
                transposed,
                0,
                batch,
                binding.perWorker()[worker],
                sink);
        return () -> {
            for (int n = 0; n < batch; n++) {
                for (int k = 0; k < depth; k++) {
                    transposed[k * batch + n] = x[n * depth + k];
                }
            }
            workers.run(chunks, task);
        };
    }

    private Product product() {
        int[] offsets = new int[weights.depth()];
        for (int k = 0; k < offsets.length; k++) {
            offsets[k] = k * batch;
        }
        return Product.exact(KernelChoice.kernels(), store, weights, offsets, batch, true);
    }

    private void vector(Kernels kernels, float[] x, float[] y, int from, int to) {
        weights.dots(kernels, from, to, x, y);
        epilogue.applyAcross(y, from, y, from, to);
    }
}
