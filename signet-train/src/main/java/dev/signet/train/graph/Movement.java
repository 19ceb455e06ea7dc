package dev.signet.train.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** Operators that move values, repeat them or average them. */
final class Movement {
    private Movement() {}

    static void flatten(Operands o) {
        NDArray x = o.array(0);
        long axis = o.integer("axis", 1);
        int rank = x.getShape().dimension();
        int split = axis == rank ? rank : o.axis(axis, x);
        long rows = x.getShape().slice(0, split).size();
        o.output(x.reshape(new Shape(rows, x.size() / Math.max(1, rows))));
    }

    static void reshape(Operands o) {
        NDArray x = o.array(0);
        long[] shape = o.integers("shape", 1)
                .orElseThrow(() -> o.bad("has a shape that is known only when it runs"))
                .clone();
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == 0 && o.integer("allowzero", 0) == 0) {
                shape[i] = x.getShape().get(i);
            }
        }
        o.output(x.reshape(new Shape(shape)));
    }

    static void transpose(Operands o) {
        long[] permutation = o.integers("perm");
        o.output(
                permutation.length == 0
                        ? o.array(0).transpose()
                        : o.array(0)
                                .transpose(Arrays.stream(permutation)
                                        .mapToInt(Math::toIntExact)
                                        .toArray()));
    }

    static void concat(Operands o) {
        var parts = new NDList();
        for (int i = 0; i < o.node().getInputCount(); i++) {
            parts.add(o.array(i));
        }
        o.output(NDArrays.concat(parts, o.axis(o.integer("axis", 1), o.array(0))));
    }

    static void slice(Operands o) {
        NDArray x = o.array(0);
        long[] starts = o.integers("starts", 1).orElseThrow(() -> o.bad("has starts known only when it runs"));
        long[] ends = o.integers("ends", 2).orElseThrow(() -> o.bad("has ends known only when it runs"));
        long[] axes = o.integers("axes", 3).orElseGet(() -> range(starts.length));
        long[] steps = o.integers("steps", 4).orElseGet(() -> {
            long[] ones = new long[starts.length];
            Arrays.fill(ones, 1);
            return ones;
        });
        var index = new NDIndex();
        for (int axis = 0; axis < x.getShape().dimension(); axis++) {
            int at = position(o, axes, axis);
            if (at < 0) {
                index.addAllDim();
                continue;
            }
            long length = x.getShape().get(axis);
            if (steps[at] < 1) {
                throw o.bad("steps backwards");
            }
            index.addSliceDim(clamped(starts[at], length), clamped(ends[at], length), steps[at]);
        }
        o.output(x.get(index));
    }

    private static int position(Operands o, long[] axes, int axis) {
        for (int i = 0; i < axes.length; i++) {
            if (o.axis(axes[i], o.array(0)) == axis) {
                return i;
            }
        }
        return -1;
    }

    private static long clamped(long bound, long length) {
        return Math.clamp(bound < 0 ? bound + length : bound, 0, length);
    }

    private static long[] range(int n) {
        long[] range = new long[n];
        Arrays.setAll(range, i -> i);
        return range;
    }

    static void pad(Operands o) {
        NDArray x = o.array(0);
        int rank = x.getShape().dimension();
        long[] pads = o.integers("pads", 1).orElseThrow(() -> o.bad("has pads known only when it runs"));
        if (!o.text("mode", "constant").equals("constant") || pads.length != 2 * rank) {
            throw o.bad("pads in mode '%s'".formatted(o.text("mode", "constant")));
        }
        float value = o.optional(2).map(NDArray::getFloat).orElse(o.number("value", 0));
        // PyTorch names the last axis first.
        long[] reversed = new long[2 * rank];
        for (int axis = 0; axis < rank; axis++) {
            reversed[2 * (rank - 1 - axis)] = pads[axis];
            reversed[2 * (rank - 1 - axis) + 1] = pads[rank + axis];
        }
        o.output(x.pad(new Shape(reversed), value));
    }

    static void depthToSpace(Operands o) {
        NDArray x = o.array(0);
        long[] shape = x.getShape().getShape();
        long block = o.integer("blocksize", 1);
        long depth = shape[1] / (block * block);
        boolean columnRowDepth = o.text("mode", "DCR").equals("CRD");
        NDArray blocks = columnRowDepth
                ? x.reshape(new Shape(shape[0], depth, block, block, shape[2], shape[3]))
                        .transpose(0, 1, 4, 2, 5, 3)
                : x.reshape(new Shape(shape[0], block, block, depth, shape[2], shape[3]))
                        .transpose(0, 3, 4, 1, 5, 2);
        o.output(blocks.reshape(new Shape(shape[0], depth, shape[2] * block, shape[3] * block)));
    }

    /** Nearest neighbours, whole factors: each pixel becomes a block. */
    static void resize(Operands o) {
        NDArray x = o.array(0);
        float[] scales = o.optional(o.node().getOpType().equals("Upsample") ? 1 : 2)
                .map(NDArray::toFloatArray)
                .orElseThrow(() -> o.bad("resizes to a size instead of by a factor"));
        boolean whole = scales.length == 4
                && scales[0] == 1
                && scales[1] == 1
                && scales[2] == Math.rint(scales[2])
                && scales[3] == Math.rint(scales[3]);
        if (!o.text("mode", "nearest").equals("nearest") || !whole) {
            throw o.bad("resizes other than by whole factors to the nearest pixel");
        }
        o.output(x.repeat(2, (long) scales[2]).repeat(3, (long) scales[3]));
    }

    static void reduceMean(Operands o) {
        NDArray x = o.array(0);
        int[] axes = axes(o, x);
        NDArray mean = mean(x, axes);
        o.output(o.integer("keepdims", 1) != 0 ? mean : mean.squeeze(axes));
    }

    /** The mean over some axes, which stay with length 1; DJL's own takes one axis only. */
    static NDArray mean(NDArray x, int... axes) {
        long count = 1;
        for (int axis : axes) {
            count *= x.getShape().get(axis);
        }
        return Scalars.divided(x.sum(axes, true), count);
    }

    private static int[] axes(Operands o, NDArray x) {
        return Arrays.stream(
                        o.integers("axes", 1).orElseGet(() -> range(x.getShape().dimension())))
                .mapToInt(axis -> o.axis(axis, x))
                .toArray();
    }

    static void squeeze(Operands o) {
        NDArray x = o.array(0);
        o.output(x.squeeze(axes(o, x)));
    }

    static void unsqueeze(Operands o) {
        NDArray x = o.array(0);
        long[] axes = o.integers("axes", 1).orElseThrow(() -> o.bad("has axes known only when it runs"));
        int rank = x.getShape().dimension() + axes.length;
        for (long axis :
                Arrays.stream(axes).map(a -> a < 0 ? a + rank : a).sorted().toArray()) {
            x = x.expandDims(Math.toIntExact(axis));
        }
        o.output(x);
    }
}
