package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;

/** Softmax and LogSoftmax; up to opset 12 over all dimensions from the axis on, later over the axis alone. */
final class Softmax implements Operator {
    private final boolean logarithm;

    Softmax(boolean logarithm) {
        this.logarithm = logarithm;
    }

    @Override
    public Computation plan(Node node, Operands in) {
        TensorType type = in.floating(0);
        Shape x = type.shape();
        boolean single = node.opset() >= 13;
        int rank = Math.max(1, x.rank());
        long stated = node.attributes().integer("axis", single ? -1 : 1);
        // In old versions an axis behind the last dimension was allowed: every element is a class of its own.
        int axis = !single && stated == rank ? rank : in.axis(stated, rank);
        int end = single ? Math.min(axis + 1, x.rank()) : x.rank();
        int outer = x.product(0, Math.min(axis, x.rank()));
        int classes = x.product(Math.min(axis, x.rank()), end);
        int inner = x.product(end, x.rank());
        return Computation.of(TensorType.floats(x), binding -> {
            float[] from = binding.in(0);
            float[] to = binding.out(0);
            return () -> {
                for (int o = 0; o < outer; o++) {
                    for (int i = 0; i < inner; i++) {
                        normalize(from, to, o * classes * inner + i, classes, inner);
                    }
                }
            };
        });
    }

    private void normalize(float[] x, float[] y, int start, int n, int stride) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, x[start + i * stride]);
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.exp(x[start + i * stride] - max);
        }
        double logSum = Math.log(sum);
        for (int i = 0; i < n; i++) {
            double d = x[start + i * stride] - max;
            y[start + i * stride] = (float) (logarithm ? d - logSum : Math.exp(d) / sum);
        }
    }
}
