package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Operators that read or write at places which each run may compute anew: Gather, GatherElements, GatherND, ScatterElements, ScatterND.
 * An index outside of its dimension is an error of the run.
 */
final class Indexing {
    private Indexing() {}

    private static int place(long index, int size) {
        long i = index < 0 ? index + size : index;
        if (i < 0 || i >= size) {
            throw new IllegalArgumentException("index " + index + " is not in a dimension of " + size);
        }
        return Math.toIntExact(i);
    }

    private static Shape indices(Node node, Operands in) {
        if (!in.type(1).element().isInteger()) {
            throw node.error("indices are of type %s where integers are expected"
                    .formatted(in.type(1).element().text()));
        }
        return in.shape(1);
    }

    // System.arraycopy and Arrays.fill do not care which of the two arrays it is.
    private static void copy(Tensor from, int at, Tensor to, int toAt, int n) {
        System.arraycopy(from.values(), at, to.values(), toAt, n);
    }

    static Computation gather(Node node, Operands in) {
        Shape x = in.shape(0);
        Shape indices = indices(node, in);
        int axis = in.axis(node.attributes().integer("axis", 0), x.rank());
        int[] dims = new int[x.rank() - 1 + indices.rank()];
        System.arraycopy(x.dims(), 0, dims, 0, axis);
        System.arraycopy(indices.dims(), 0, dims, axis, indices.rank());
        System.arraycopy(x.dims(), axis + 1, dims, axis + indices.rank(), x.rank() - axis - 1);
        int outer = x.product(0, axis);
        int inner = x.product(axis + 1, x.rank());
        int count = indices.size();
        int size = x.dim(axis);
        return Computation.of(in.type(0).with(new Shape(dims)), binding -> {
            Tensor from = binding.inputs().get(0);
            long[] which = binding.inputs().get(1).longs();
            Tensor to = binding.outputs().getFirst();
            return () -> {
                for (int o = 0; o < outer; o++) {
                    for (int i = 0; i < count; i++) {
                        copy(from, (o * size + place(which[i], size)) * inner, to, (o * count + i) * inner, inner);
                    }
                }
            };
        });
    }

    static Computation gatherElements(Node node, Operands in) {
        Shape x = in.shape(0);
        Shape indices = indices(node, in);
        int axis = in.axis(node.attributes().integer("axis", 0), x.rank());
        int[] starts = starts(node, x, indices, axis);
        int stride = x.strides()[axis];
        int size = x.dim(axis);
        return Computation.of(in.type(0).with(indices), binding -> {
            Tensor from = binding.inputs().get(0);
            long[] which = binding.inputs().get(1).longs();
            Tensor to = binding.outputs().getFirst();
            return () -> {
                for (int i = 0; i < starts.length; i++) {
                    copy(from, starts[i] + place(which[i], size) * stride, to, i, 1);
                }
            };
        });
    }

    static Computation scatterElements(Node node, Operands in) {
        Shape x = in.shape(0);
        Shape indices = indices(node, in);
        if (!in.shape(2).equals(indices)) {
            throw node.error("%s updates for %s indices".formatted(in.shape(2), indices));
        }
        int axis = in.axis(node.attributes().integer("axis", 0), x.rank());
        int[] starts = starts(node, x, indices, axis);
        int stride = x.strides()[axis];
        int size = x.dim(axis);
        String reduction = node.attributes().text("reduction", "none");
        return Computation.of(in.type(0), binding -> {
            Tensor from = binding.inputs().get(0);
            long[] which = binding.inputs().get(1).longs();
            Tensor updates = binding.inputs().get(2);
            Tensor to = binding.outputs().getFirst();
            return () -> {
                copy(from, 0, to, 0, x.size());
                for (int i = 0; i < starts.length; i++) {
                    put(reduction, updates, i, to, starts[i] + place(which[i], size) * stride);
                }
            };
        });
    }

    // Where, for each index, its line along the axis starts.
    private static int[] starts(Node node, Shape x, Shape indices, int axis) {
        int[] strides = x.strides();
        strides[axis] = 0;
        boolean fits = x.rank() == indices.rank();
        for (int d = 0; fits && d < x.rank(); d++) {
            fits = d == axis || indices.dim(d) <= x.dim(d);
        }
        if (!fits) {
            throw node.error("indices %s do not fit %s".formatted(indices, x));
        }
        return new Broadcast(indices, strides).offsets();
    }

    static Computation gatherNd(Node node, Operands in) {
        Shape x = in.shape(0);
        Shape indices = indices(node, in);
        int batch = Math.clamp(node.attributes().integer("batch_dims", 0), Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (batch < 0 || batch >= Math.min(x.rank(), indices.rank())) {
            throw node.error(String.format(Locale.ROOT, "batch_dims %d for %s and indices %s", batch, x, indices));
        }
        int length = tuple(node, x, indices, batch);
        int[] dims = Arrays.copyOf(indices.dims(), indices.rank() - 1 + x.rank() - batch - length);
        System.arraycopy(x.dims(), batch + length, dims, indices.rank() - 1, x.rank() - batch - length);
        int inner = x.product(batch + length, x.rank());
        int images = x.product(0, batch);
        int size = x.product(batch, x.rank());
        int count = indices.product(batch, indices.rank() - 1);
        return Computation.of(in.type(0).with(new Shape(dims)), binding -> {
            Tensor from = binding.inputs().get(0);
            long[] which = binding.inputs().get(1).longs();
            Tensor to = binding.outputs().getFirst();
            return () -> {
                for (int i = 0; i < images * count; i++) {
                    int at = i / count * size + offset(x, batch, which, i * length, length);
                    copy(from, at, to, i * inner, inner);
                }
            };
        });
    }

    static Computation scatterNd(Node node, Operands in) {
        Shape x = in.shape(0);
        Shape indices = indices(node, in);
        int length = tuple(node, x, indices, 0);
        int inner = x.product(length, x.rank());
        int count = indices.product(0, indices.rank() - 1);
        if (in.shape(2).size() != Math.multiplyExact(count, inner)) {
            throw node.error("%s updates for %s indices of %s".formatted(in.shape(2), indices, x));
        }
        String reduction = node.attributes().text("reduction", "none");
        return Computation.of(in.type(0), binding -> {
            Tensor from = binding.inputs().get(0);
            long[] which = binding.inputs().get(1).longs();
            Tensor updates = binding.inputs().get(2);
            Tensor to = binding.outputs().getFirst();
            return () -> {
                copy(from, 0, to, 0, x.size());
                for (int i = 0; i < count; i++) {
                    int at = offset(x, 0, which, i * length, length);
                    for (int j = 0; j < inner; j++) {
                        put(reduction, updates, i * inner + j, to, at + j);
                    }
                }
            };
        });
    }

    private static int tuple(Node node, Shape x, Shape indices, int batch) {
        int length = indices.rank() == 0 ? 0 : indices.dim(indices.rank() - 1);
        if (length < 1 || length > x.rank() - batch) {
            throw node.error("indices %s do not fit %s".formatted(indices, x));
        }
        return length;
    }

    private static int offset(Shape x, int first, long[] indices, int at, int length) {
        int offset = 0;
        for (int d = 0; d < length; d++) {
            offset = offset * x.dim(first + d) + place(indices[at + d], x.dim(first + d));
        }
        return offset * x.product(first + length, x.rank());
    }

    private static void put(String reduction, Tensor from, int i, Tensor to, int at) {
        if (to.isFloating()) {
            float update = from.floats()[i];
            float[] y = to.floats();
            y[at] = switch (reduction) {
                case "none" -> update;
                case "add" -> y[at] + update;
                case "mul" -> y[at] * update;
                case "max" -> Math.max(y[at], update);
                case "min" -> Math.min(y[at], update);
                default -> throw new IllegalArgumentException("reduction '" + reduction + "' is not supported");
            };
        } else {
            long update = from.longs()[i];
            long[] y = to.longs();
            y[at] = switch (reduction) {
                case "none" -> update;
                case "add" -> y[at] + update;
                case "mul" -> y[at] * update;
                case "max" -> Math.max(y[at], update);
                case "min" -> Math.min(y[at], update);
                default -> throw new IllegalArgumentException("reduction '" + reduction + "' is not supported");
            };
        }
    }

    /** NonZero: for each element that is not 0 a column with its place in each dimension. */
    static Computation nonZero(Node node, Operands in) {
        Tensor x = in.constant(0, "the tensor");
        int rank = Math.max(1, x.shape().rank());
        int[] found = IntStream.range(0, x.size())
                .filter(i -> x.isFloating() ? x.floats()[i] != 0 : x.longs()[i] != 0)
                .toArray();
        long[] places = new long[Math.multiplyExact(rank, found.length)];
        for (int i = 0; i < found.length; i++) {
            int rest = found[i];
            for (int d = x.shape().rank() - 1; d >= 0; d--) {
                places[d * found.length + i] = rest % x.shape().dim(d);
                rest /= x.shape().dim(d);
            }
        }
        return new Computation.Known(List.of(Tensor.ofLongs(places, rank, found.length)));
    }

    /** Range: how many numbers there are follows from the values. */
    static Computation range(Node node, Operands in) {
        double start = in.scalar(0, "the start");
        double limit = in.scalar(1, "the limit");
        double delta = in.scalar(2, "the step");
        double count = Math.max(0, Math.ceil((limit - start) / delta));
        if (!(count <= Integer.MAX_VALUE)) {
            throw node.error("makes %s numbers".formatted(count));
        }
        TensorType type = in.type(0).with(new Shape((int) count));
        return Computation.of(type, binding -> {
            Tensor y = binding.outputs().getFirst();
            return () -> {
                for (int i = 0; i < (int) count; i++) {
                    if (y.isFloating()) {
                        y.floats()[i] = (float) (start + i * delta);
                    } else {
                        y.longs()[i] = (long) start + i * (long) delta;
                    }
                }
            };
        });
    }
}
