package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.product.Window;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import java.util.Arrays;
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
        // The maxima of the rows that a window meets, one for each column.
        int scratch = maximum ? window.input()[1] : 0;
        return new Computation.Work(List.of(TensorType.floats(y)), 0, scratch, binding -> {
            float[] from = binding.in(0);
            float[] to = binding.out(0);
            Workers workers = binding.workers();
            Kernels kernels = binding.kernels();
            Workers.Task task = maximum
                    ? (plane, worker) -> maximum(window, kernels, from, to, plane, binding.perWorker()[worker])
                    : (plane, worker) -> average(window, padded, from, to, plane);
            return () -> workers.run(planes, task);
        });
    }

    /** First down the columns, on vectors, then along the row. */
    private static void maximum(Window w, Kernels kernels, float[] from, float[] to, int plane, float[] column) {
        int height = w.input()[0];
        int width = w.input()[1];
        int at = plane * w.output()[0] * w.output()[1];
        for (int r = 0; r < w.output()[0]; r++) {
            // ONNX Runtime's answer where a window lies in the padding, or holds nothing but NaN.
            Arrays.fill(column, 0, width, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < w.kernel()[0]; i++) {
                int y = r * w.stride()[0] - w.before()[0] + i * w.dilation()[0];
                if (y >= 0 && y < height) {
                    kernels.maximum(from, (plane * height + y) * width, column, 0, width);
                }
            }
            for (int c = 0; c < w.output()[1]; c++) {
                int x0 = c * w.stride()[1] - w.before()[1];
                float best = Float.NEGATIVE_INFINITY;
                for (int j = 0; j < w.kernel()[1]; j++) {
                    int x = x0 + j * w.dilation()[1];
                    if (x >= 0 && x < width) {
                        best = Math.max(best, column[x]);
                    }
                }
                to[at++] = best;
            }
        }
    }

    private static void average(Window w, boolean padded, float[] from, float[] to, int plane) {
        int height = w.input()[0];
        int width = w.input()[1];
        int at = plane * w.output()[0] * w.output()[1];
        for (int r = 0; r < w.output()[0]; r++) {
            int y0 = r * w.stride()[0] - w.before()[0];
            for (int c = 0; c < w.output()[1]; c++) {
                int x0 = c * w.stride()[1] - w.before()[1];
                float sum = 0;
                int inside = 0;
                int counted = 0;
                for (int i = 0; i < w.kernel()[0]; i++) {
                    int y = y0 + i * w.dilation()[0];
                    for (int j = 0; j < w.kernel()[1]; j++) {
                        int x = x0 + j * w.dilation()[1];
                        // With ceil_mode a window may reach beyond the padding; what is there counts in no mode.
                        counted += y < height + w.after()[0] && x < width + w.after()[1] ? 1 : 0;
                        if (y >= 0 && y < height && x >= 0 && x < width) {
                            sum += from[(plane * height + y) * width + x];
                            inside++;
                        }
                    }
                }
                to[at++] = sum / (padded ? counted : inside);
            }
        }
    }
}
