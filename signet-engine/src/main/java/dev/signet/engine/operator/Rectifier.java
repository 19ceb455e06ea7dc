package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.tensor.TensorType;

/** Relu and LeakyRelu. */
final class Rectifier implements Operator {
    @Override
    public Computation plan(Node node, Operands in) {
        TensorType type = in.floating(0);
        boolean leaky = node.operator().equals("LeakyRelu");
        float slope = node.attributes().number("alpha", 0.01f);
        int size = type.shape().size();
        int block = Elementwise.BLOCK;
        return Computation.of(TensorType.floats(type.shape()), binding -> {
            float[] x = binding.in(0);
            float[] y = binding.out(0);
            Kernels kernels = binding.kernels();
            Workers workers = binding.workers();
            Workers.Task task = (piece, worker) -> {
                int from = piece * block;
                int n = Math.min(block, size - from);
                if (leaky) {
                    kernels.leakyRelu(x, from, y, from, n, slope);
                } else {
                    kernels.affineClip(x, from, y, from, n, 1, 0, 0, Float.POSITIVE_INFINITY);
                }
            };
            return () -> workers.run(Math.ceilDiv(size, block), task);
        });
    }
}
