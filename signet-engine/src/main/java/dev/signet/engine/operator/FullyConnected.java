package dev.signet.engine.operator;

import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.Workers;
import java.util.Optional;

/**
 * Rows of inputs times a matrix of weights that is stored output by output: {@code y[n][f] = sum over k of w[f][k] * x[n][k]}.
 *
 * @param left weights, a row for each output
 * @param epilogue what is done to finished sums
 * @param batch rows of inputs
 */
record FullyConnected(WeightPanels left, Epilogue epilogue, int batch) {
    // Panels of weights that a worker takes at a time.
    private static final int CHUNK_PANELS = 4;

    /** Floats of memory shared by the workers: the inputs, transposed, or tables of them. */
    int shared() {
        if (table().isPresent()) {
            return table().get().shared();
        }
        return batch == 1
                ? 0
                : Math.addExact(Math.multiplyExact(batch, left.rows().depth()), Kernels.COLUMNS);
    }

    /** Floats of scratch memory for each worker. */
    int scratch() {
        if (table().isPresent()) {
            return table().get().scratch();
        }
        return batch == 1 ? 0 : product().scratch(batch);
    }

    // The product that needs no weights, only signs.
    private Optional<TableProduct> table() {
        return batch == 1 && left.rows() instanceof TiledRows tiled
                ? Optional.of(new TableProduct(tiled, epilogue))
                : Optional.empty();
    }

    /** The work from {@code x} to {@code y}. */
    Runnable bind(Binding binding, float[] x, float[] y) {
        if (table().isPresent()) {
            return table().get().bind(binding, x, y);
        }
        Workers workers = binding.workers();
        WeightRows weights = left.rows();
        int rows = weights.rows();
        int chunk = CHUNK_PANELS * binding.kernels().panelRows(Integer.MAX_VALUE);
        int chunks = Math.ceilDiv(rows, chunk);
        if (batch == 1) {
            Workers.Task task = (piece, worker) ->
                    vector(binding.kernels(), x, y, piece * chunk, Math.min(rows, (piece + 1) * chunk));
            return () -> workers.run(chunks, task);
        }
        int depth = weights.depth();
        Kernels kernels = binding.kernels();
        PanelProduct product = product();
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

    private PanelProduct product() {
        int[] offsets = new int[left.rows().depth()];
        for (int k = 0; k < offsets.length; k++) {
            offsets[k] = k * batch;
        }
        return new PanelProduct(KernelChoice.kernels(), left, offsets);
    }

    private void vector(Kernels kernels, float[] x, float[] y, int from, int to) {
        left.rows().dots(kernels, from, to, x, y);
        epilogue.applyAcross(y, from, y, from, to);
    }
}
