package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.product.Window;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import java.util.List;

/** MaxPool and AveragePool over one or two spatial dimensions. */
final class Pooling implements Operator {
    private final boolean maximum;

    Pooling(boolean maximum) {
        this.maximum = maximum;
    }

    @Override
    public Computation plan(Node node, Operands in) {
        in.floating(0);
        Shape x = in.shape(0, 3, 4);
        if (node.outputs().size() > 1 && !node.outputs().get(1).isEmpty()) {
            throw node.error("the indices of the maxima are not supported", "export the model without them");
        }
        int rank = x.rank() - 2;
        if (!node.attributes().has("kernel_shape")) {
            throw node.error("kernel_shape is missing");
        }
        Window flat = Windows.of(node, x, Windows.positive(node, "kernel_shape", rank));
        Window window = flat.as2d();
        boolean padded = node.attributes().flag("count_include_pad", false);
        int planes = x.product(0, 2);
        Shape y = Convolution.output(x.dim(0), x.dim(1), flat.output());
        PooledPlane pooled = new PooledPlane(window, maximum);
        float[] shares = maximum ? new float[0] : shares(window, padded);
        return new Computation.Work(List.of(TensorType.floats(y)), 0, pooled.scratch(), binding -> {
            float[] from = binding.in(0);
            float[] to = binding.out(0);
            Workers workers = binding.workers();
            Kernels kernels = binding.kernels();
            int pixels = window.output()[0] * window.output()[1];
            Workers.Task task = (plane, worker) -> {
                pooled.run(kernels, from, to, plane, binding.perWorker()[worker]);
                if (!maximum) {
                    kernels.multiply(to, plane * pixels, shares, 0, to, plane * pixels, pixels);
                }
            };
            return () -> workers.run(planes, task);
        });
    }

    /** What each sum of a plane is multiplied by: one over the number of its elements. */
    private static float[] shares(Window w, boolean padded) {
        int[] rows = counts(w, 0, padded);
        int[] columns = counts(w, 1, padded);
        float[] shares = new float[Math.multiplyExact(rows.length, columns.length)];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = 1f / (rows[i / columns.length] * columns[i % columns.length]);
        }
        return shares;
    }

    // With ceil_mode a window may reach beyond the padding; what is there counts in no mode.
    private static int[] counts(Window w, int axis, boolean padded) {
        int[] counts = new int[w.output()[axis]];
        for (int o = 0; o < counts.length; o++) {
            for (int i = 0; i < w.kernel()[axis]; i++) {
                int at = o * w.stride()[axis] - w.before()[axis] + i * w.dilation()[axis];
                boolean inside = at >= 0 && at < w.input()[axis];
                boolean near = at < w.input()[axis] + w.after()[axis];
                counts[o] += (padded ? near : inside) ? 1 : 0;
            }
        }
        return counts;
    }
}
