package dev.signet.onnx.scan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What Reshape, Squeeze and Unsqueeze make of a shape; empty where they would fail. */
final class Shapes {
    private Shapes() {}

    static Optional<int[]> reshape(int[] shape, long[] target, boolean zeroIsZero) {
        long elements = elements(shape);
        long[] result = target.clone();
        long known = 1;
        int open = -1;
        for (int i = 0; i < result.length; i++) {
            if (result[i] == 0 && !zeroIsZero && i < shape.length) {
                result[i] = shape[i];
            }
            if (result[i] == -1 && open < 0) {
                open = i;
            } else if (result[i] < 1 || result[i] > elements) {
                return Optional.empty();
            } else {
                known = Math.min(known * result[i], elements + 1);
            }
        }
        if (open >= 0) {
            result[open] = elements / known;
            known *= result[open];
        }
        return known == elements
                ? Optional.of(Arrays.stream(result).mapToInt(Math::toIntExact).toArray())
                : Optional.empty();
    }

    static Optional<int[]> unsqueeze(int[] shape, long[] axes) {
        int rank = shape.length + axes.length;
        Optional<boolean[]> inserted = axes(axes, rank);
        if (inserted.isEmpty()) {
            return Optional.empty();
        }
        int[] result = new int[rank];
        for (int i = 0, from = 0; i < rank; i++) {
            result[i] = inserted.get()[i] ? 1 : shape[from++];
        }
        return Optional.of(result);
    }

    static Optional<int[]> squeeze(int[] shape, long[] axes) {
        Optional<boolean[]> removed = axes(axes, shape.length);
        if (removed.isEmpty()) {
            return Optional.empty();
        }
        List<Integer> result = new ArrayList<>();
        for (int i = 0; i < shape.length; i++) {
            if (!removed.get()[i]) {
                result.add(shape[i]);
            } else if (shape[i] != 1) {
                return Optional.empty();
            }
        }
        return Optional.of(result.stream().mapToInt(Integer::intValue).toArray());
    }

    static long elements(int[] shape) {
        return Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
    }

    /** Which of {@code rank} axes are named; negative ones count from the end, none may be named twice. */
    private static Optional<boolean[]> axes(long[] axes, int rank) {
        boolean[] named = new boolean[rank];
        for (long axis : axes) {
            long positive = axis < 0 ? axis + rank : axis;
            if (positive < 0 || positive >= rank || named[Math.toIntExact(positive)]) {
                return Optional.empty();
            }
            named[Math.toIntExact(positive)] = true;
        }
        return Optional.of(named);
    }
}
