package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;

/** Clip: bounds are attributes up to opset 10 and inputs after that. */
final class Clip implements Operator {
    @Override
    public Computation plan(Node node, Operands in) {
        TensorType type = in.type(0);
        boolean lowInput = in.has(1);
        boolean highInput = in.has(2);
        float low = node.attributes().number("min", Float.NEGATIVE_INFINITY);
        float high = node.attributes().number("max", Float.POSITIVE_INFINITY);
        int size = type.shape().size();
        int block = Elementwise.BLOCK;
        return Computation.of(type, binding -> {
            Tensor x = binding.inputs().getFirst();
            Tensor y = binding.outputs().getFirst();
            if (!x.isFloating()) {
                return () -> integers(
                        x.longs(),
                        lowInput ? binding.inputs().get(1).longs()[0] : Long.MIN_VALUE,
                        highInput ? binding.inputs().get(2).longs()[0] : Long.MAX_VALUE,
                        y.longs(),
                        size);
            }
            Kernels kernels = binding.kernels();
            Workers workers = binding.workers();
            Workers.Task task = (piece, worker) -> {
                float from = lowInput ? binding.in(1)[0] : low;
                float to = highInput ? binding.in(2)[0] : high;
                int at = piece * block;
                kernels.affineClip(x.floats(), at, y.floats(), at, Math.min(block, size - at), 1, 0, from, to);
            };
            return () -> workers.run(Math.ceilDiv(size, block), task);
        });
    }

    private static void integers(long[] x, long low, long high, long[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = Math.min(Math.max(x[i], low), high);
        }
    }
}
