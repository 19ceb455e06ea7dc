package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/** Softmax and LogSoftmax; up to opset 12 over all dimensions from the axis on, later over the axis alone. */
final class Softmax implements Operator {
    // Places that are computed at a time, side by side; fewer where classes are many.
    private static final int MOST_PLACES = 256;
    private static final int LEAST_PLACES = 16;
    private static final int MOST_FLOATS = 1 << 18;

    // From so many classes on that follow one another, one place is computed at a time.
    private static final int MANY = 64;

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
        if (classes == 0 || outer == 0 || inner == 0) {
            return Computation.of(TensorType.floats(x), binding -> () -> {});
        }
        boolean side = inner > 1 || classes < MANY;
        int width = Math.clamp(MOST_FLOATS / (classes + 2L), LEAST_PLACES, MOST_PLACES);
        int scratch = side ? Math.multiplyExact(width, Math.addExact(classes, 2)) : 0;
        return new Computation.Work(List.of(TensorType.floats(x)), 0, scratch, binding -> {
            float[] from = binding.in(0);
            float[] to = binding.out(0);
            Kernels kernels = binding.kernels();
            if (!side) {
                Workers.Task task = (o, worker) -> row(kernels, from, to, o * classes, classes);
                return () -> binding.workers().run(outer, task);
            }
            int places = outer * inner;
            Workers.Task task = (piece, worker) -> {
                int first = piece * width;
                int count = Math.min(width, places - first);
                block(kernels, from, to, first, count, width, classes, inner, binding.perWorker()[worker]);
            };
            return () -> binding.workers().run(Math.ceilDiv(places, width), task);
        });
    }

    private void row(Kernels kernels, float[] x, float[] y, int at, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + n; i++) {
            max = Math.max(max, x[i]);
        }
        float infinity = Float.POSITIVE_INFINITY;
        kernels.affineClip(x, at, y, at, n, 1, -max, -infinity, infinity);
        if (logarithm) {
            double sum = 0;
            for (int i = at; i < at + n; i++) {
                sum += Math.exp(y[i]);
            }
            kernels.affineClip(y, at, y, at, n, 1, (float) -Math.log(sum), -infinity, infinity);
            return;
        }
        kernels.functions().exp(y, at, y, at, n);
        kernels.affineClip(y, at, y, at, n, (float) (1 / kernels.sum(y, at, n)), 0, -infinity, infinity);
    }

    /** Places {@code first} to {@code first + count - 1} of all, whose classes are put below one another in the scratch memory. */
    private void block(
            Kernels kernels,
            float[] x,
            float[] y,
            int first,
            int count,
            int width,
            int classes,
            int inner,
            float[] scratch) {
        int most = classes * width;
        int sums = most + width;
        turn(x, first, count, width, classes, inner, scratch, true);
        System.arraycopy(scratch, 0, scratch, most, count);
        for (int c = 1; c < classes; c++) {
            kernels.maximum(scratch, c * width, scratch, most, count);
        }
        Arrays.fill(scratch, sums, sums + count, 0);
        for (int c = 0; c < classes; c++) {
            int at = c * width;
            kernels.arrays().subtract(scratch, at, scratch, most, scratch, at, count);
            if (logarithm) {
                for (int i = 0; i < count; i++) {
                    scratch[sums + i] += (float) Math.exp(scratch[at + i]);
                }
            } else {
                kernels.functions().exp(scratch, at, scratch, at, count);
                kernels.add(scratch, sums, scratch, at, scratch, sums, count);
            }
        }
        for (int i = sums; logarithm && i < sums + count; i++) {
            scratch[i] = (float) Math.log(scratch[i]);
        }
        for (int c = 0; c < classes; c++) {
            int at = c * width;
            if (logarithm) {
                kernels.arrays().subtract(scratch, at, scratch, sums, scratch, at, count);
            } else {
                kernels.arrays().divide(scratch, at, scratch, sums, scratch, at, count);
            }
        }
        turn(y, first, count, width, classes, inner, scratch, false);
    }

    // From a tensor to the scratch memory, or back: runs of places that follow one another in both.
    private static void turn(
            float[] tensor, int first, int count, int width, int classes, int inner, float[] scratch, boolean there) {
        for (int done = 0; done < count; ) {
            int place = first + done;
            int run = Math.min(count - done, inner - place % inner);
            int start = place / inner * classes * inner + place % inner;
            for (int c = 0; c < classes; c++) {
                int from = start + c * inner;
                int to = c * width + done;
                if (run == 1) {
                    if (there) {
                        scratch[to] = tensor[from];
                    } else {
                        tensor[from] = scratch[to];
                    }
                } else if (there) {
                    System.arraycopy(tensor, from, scratch, to, run);
                } else {
                    System.arraycopy(scratch, to, tensor, from, run);
                }
            }
            done += run;
        }
    }
}
