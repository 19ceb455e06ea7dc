package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import dev.signet.onnx.tensor.ElementType;
import java.util.List;
import java.util.Locale;

/** Operators that order the elements along one axis: ArgMax, ArgMin and TopK. */
final class Ranking {
    private Ranking() {}

    static Operator argument(boolean largest) {
        return (node, in) -> {
            in.floating(0);
            Shape x = in.shape(0);
            int axis = in.axis(node.attributes().integer("axis", 0), Math.max(1, x.rank()));
            boolean last = node.attributes().flag("select_last_index", false);
            int n = x.dim(axis);
            if (n == 0) {
                throw node.error("nothing to choose from in an input of shape " + x);
            }
            int inner = x.product(axis + 1, x.rank());
            int outer = x.product(0, axis);
            Shape y = node.attributes().flag("keepdims", true) ? x.with(axis, 1) : without(x, axis);
            return Computation.of(new TensorType(ElementType.INT64, y), binding -> {
                float[] from = binding.in(0);
                long[] to = binding.outputs().getFirst().longs();
                return () -> {
                    for (int i = 0; i < outer * inner; i++) {
                        int start = i / inner * n * inner + i % inner;
                        to[i] = best(from, start, inner, n, largest, last);
                    }
                };
            });
        };
    }

    private static int best(float[] x, int start, int stride, int n, boolean largest, boolean last) {
        int best = 0;
        for (int k = 1; k < n; k++) {
            float a = x[start + k * stride];
            float b = x[start + best * stride];
            if ((largest ? a > b : a < b) || (last && a == b)) {
                best = k;
            }
        }
        return best;
    }

    private static Shape without(Shape x, int axis) {
        int[] dims = new int[x.rank() - 1];
        System.arraycopy(x.dims(), 0, dims, 0, axis);
        System.arraycopy(x.dims(), axis + 1, dims, axis, dims.length - axis);
        return new Shape(dims);
    }

    /** TopK: k must be known when the network is planned; equal elements keep their order. */
    static Computation top(Node node, Operands in) {
        in.floating(0);
        Shape x = in.shape(0);
        int axis = in.axis(node.attributes().integer("axis", -1), x.rank());
        double wanted = in.has(1)
                ? in.scalar(1, "the number of elements")
                : node.attributes().integer("k", 0);
        int n = x.dim(axis);
        if (!(wanted >= 0 && wanted <= n)) {
            throw node.error(String.format(Locale.ROOT, "%s elements of %d along axis %d", wanted, n, axis));
        }
        int k = (int) wanted;
        boolean largest = node.attributes().flag("largest", true);
        int inner = x.product(axis + 1, x.rank());
        Shape y = x.with(axis, k);
        int lines = x.product(0, axis) * inner;
        List<TensorType> types = List.of(TensorType.floats(y), new TensorType(ElementType.INT64, y));
        // The heads of a heap: places of the elements chosen so far.
        return new Computation.Work(types, 0, n, binding -> {
            float[] from = binding.in(0);
            float[] values = binding.out(0);
            long[] indices = binding.outputs().get(1).longs();
            Workers.Task line = (i, worker) -> {
                int start = i / inner * n * inner + i % inner;
                int to = i / inner * k * inner + i % inner;
                float[] order = binding.perWorker()[worker];
                sort(from, start, inner, n, largest, order);
                for (int j = 0; j < k; j++) {
                    int place = Float.floatToRawIntBits(order[j]);
                    values[to + j * inner] = from[start + place * inner];
                    indices[to + j * inner] = place;
                }
            };
            return () -> binding.workers().run(lines, line);
        });
    }

    // Merge sort needs memory; a heap sort of places, with ties decided by the place, does not.
    private static void sort(float[] x, int start, int stride, int n, boolean largest, float[] order) {
        for (int i = 0; i < n; i++) {
            order[i] = Float.intBitsToFloat(i);
        }
        for (int root = n / 2 - 1; root >= 0; root--) {
            sift(x, start, stride, largest, order, root, n);
        }
        for (int end = n - 1; end > 0; end--) {
            float last = order[end];
            order[end] = order[0];
            order[0] = last;
            sift(x, start, stride, largest, order, 0, end);
        }
    }

    private static void sift(float[] x, int start, int stride, boolean largest, float[] order, int from, int end) {
        int root = from;
        while (2 * root + 1 < end) {
            int child = 2 * root + 1;
            if (child + 1 < end && isBefore(x, start, stride, largest, order[child], order[child + 1])) {
                child++;
            }
            if (!isBefore(x, start, stride, largest, order[root], order[child])) {
                return;
            }
            float other = order[root];
            order[root] = order[child];
            order[child] = other;
            root = child;
        }
    }

    private static boolean isBefore(float[] x, int start, int stride, boolean largest, float a, float b) {
        int i = Float.floatToRawIntBits(a);
        int j = Float.floatToRawIntBits(b);
        int compared = Float.compare(x[start + i * stride], x[start + j * stride]);
        return compared == 0 ? i < j : largest == compared > 0;
    }
}
