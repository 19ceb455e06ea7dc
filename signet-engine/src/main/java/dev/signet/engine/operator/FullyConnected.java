package dev.signet.engine.operator;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.Workers;

/**
 * Rows of inputs times a matrix of weights that is stored output by output: {@code y[n][f] = sum over k of w[f][k] * x[n][k]}.
 *
 * @param weights weights, a row for each output
 * @param epilogue what is done to finished sums
 * @param batch rows of inputs
 */
record FullyConnected(WeightRows weights, Epilogue epilogue, int batch) {
    // Rows of weights that a worker takes at a time.
    private static final int CHUNK = 4 * Kernels.PANEL_ROWS;

    /** Floats of memory shared by the workers: the inputs, transposed. */
    int shared() {
        return batch == 1 ? 0 : Math.addExact(Math.multiplyExact(batch, weights.depth()), Kernels.COLUMNS);
    }

    /** Floats of scratch memory for each worker. */
    int scratch() {
        return batch == 1 ? Kernels.PANEL_DEPTH + CHUNK : PanelProduct.scratch(batch);
    }

    /** The work from {@code x} to {@code y}. */
    Runnable bind(Binding binding, float[] x, float[] y) {
        Workers workers = binding.workers();
        int rows = weights.rows();
        int chunks = Math.ceilDiv(rows, CHUNK);
        if (batch == 1) {
            Workers.Task task = (chunk, worker) ->
                    vector(binding, x, y, chunk * CHUNK, Math.min(rows, (chunk + 1) * CHUNK), worker);
            return () -> workers.run(chunks, task);
        }
        int depth = weights.depth();
        int[] offsets = new int[depth];
        for (int k = 0; k < depth; k++) {
            offsets[k] = k * batch;
        }
        Kernels kernels = binding.kernels();
        PanelProduct product = new PanelProduct(kernels, weights, offsets);
        float[] transposed = binding.shared();
        PanelProduct.RowSink sink = (row, c, at) -> {
            epilogue.apply(kernels, row, c, at, c, at, batch);
            for (int n = 0; n < batch; n++) {
                y[n * rows + row] = c[at + n];
            }
        };
        Workers.Task task = (chunk, worker) -> product.run(
                chunk * CHUNK,
                Math.min(rows, (chunk + 1) * CHUNK),
                transposed,
                0,
                batch,
                binding.panels()[worker],
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

    private void vector(Binding binding, float[] x, float[] y, int from, int to, int worker) {
        Kernels kernels = binding.kernels();
        int depth = weights.depth();
        if (weights instanceof DenseRows dense && dense.stride() == 1 && dense.rowStride() == depth) {
            kernels.dots(to - from, depth, dense.values(), dense.offset() + from * depth, x, 0, y, from);
        } else {
            float[] scratch = binding.perWorker()[worker];
            for (int row = from; row < to; row++) {
                float sum = 0;
                for (int k = 0; k < depth; k += Kernels.PANEL_DEPTH) {
                    int n = Math.min(Kernels.PANEL_DEPTH, depth - k);
                    weights.read(row, k, n, scratch, 0);
                    kernels.dots(1, n, scratch, 0, x, k, scratch, Kernels.PANEL_DEPTH);
                    sum += scratch[Kernels.PANEL_DEPTH];
                }
                y[row] = sum;
            }
        }
        for (int row = from; row < to; row++) {
            epilogue.apply(kernels, row, y, row, y, row, 1);
        }
    }
}
