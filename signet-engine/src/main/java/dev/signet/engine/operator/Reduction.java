package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reductions over some dimensions, ReduceMean and its like, and the global pools. */
final class Reduction implements Operator {
    /** What is made of the reduced elements. */
    enum Kind {
        MEAN,
        SUM,
        MAX,
        MIN,
        PRODUCT,
        ABSOLUTE,
        SQUARES,
        NORM,
        LOGARITHM,
        LOGARITHM_OF_EXPONENTIALS
    }

    private final Kind kind;
    private final boolean global;

    private Reduction(Kind kind, boolean global) {
        this.kind = kind;
        this.global = global;
    }

    /** A reduction over the dimensions that the node names. */
    static Reduction of(Kind kind) {
        return new Reduction(kind, false);
    }

    /** A reduction over all spatial dimensions, which stay as 1. */
    static Reduction global(Kind kind) {
        return new Reduction(kind, true);
    }

    @Override
    public Computation plan(Node node, Operands in) {
        in.floating(0);
        Shape x = global ? in.shape(0, 3, 8) : in.shape(0);
        boolean[] reduced = global ? spatial(x) : axes(node, in, x);
        boolean keep = global || node.attributes().flag("keepdims", true);
        List<int[]> kept = new ArrayList<>();
        List<int[]> summed = new ArrayList<>();
        List<Integer> dims = new ArrayList<>();
        int[] strides = x.strides();
        for (int d = 0; d < x.rank(); d++) {
            (reduced[d] ? summed : kept).add(new int[] {x.dim(d), strides[d]});
            if (!reduced[d]) {
                dims.add(x.dim(d));
            } else if (keep) {
                dims.add(1);
            }
        }
        int[] starts = offsets(kept);
        int[] steps = offsets(summed);
        if (steps.length == 0 && (kind == Kind.MAX || kind == Kind.MIN || kind == Kind.MEAN) && starts.length > 0) {
            throw node.error("nothing to reduce in an input of shape " + x);
        }
        boolean contiguous = steps.length > 0 && steps[steps.length - 1] == steps.length - 1;
        Shape y = new Shape(dims.stream().mapToInt(Integer::intValue).toArray());
        return Computation.of(TensorType.floats(y), binding -> {
            float[] from = binding.in(0);
            float[] to = binding.out(0);
            var kernels = binding.kernels();
            boolean direct = contiguous && (kind == Kind.MEAN || kind == Kind.SUM);
            return () -> {
                for (int i = 0; i < starts.length; i++) {
                    double sum = direct ? kernels.sum(from, starts[i], steps.length) : reduce(from, starts[i], steps);
                    to[i] = (float) result(sum, steps.length);
                }
            };
        });
    }

    private double result(double reduced, int count) {
        return switch (kind) {
            case MEAN -> reduced / count;
            case NORM -> Math.sqrt(reduced);
            case LOGARITHM, LOGARITHM_OF_EXPONENTIALS -> Math.log(reduced);
            default -> reduced;
        };
    }

    private double reduce(float[] from, int start, int[] steps) {
        double result = switch (kind) {
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
            case PRODUCT -> 1;
            default -> 0;
        };
        for (int step : steps) {
            double v = from[start + step];
            result = switch (kind) {
                case MEAN, SUM, LOGARITHM -> result + v;
                case PRODUCT -> result * v;
                case ABSOLUTE -> result + Math.abs(v);
                case SQUARES, NORM -> result + v * v;
                case LOGARITHM_OF_EXPONENTIALS -> result + Math.exp(v);
                case MAX -> Math.max(result, v);
                case MIN -> Math.min(result, v);
            };
        }
        return result;
    }

    private static boolean[] spatial(Shape x) {
        boolean[] reduced = new boolean[x.rank()];
        Arrays.fill(reduced, 2, reduced.length, true);
        return reduced;
    }

    // Axes are an attribute up to opset 17 (ReduceSum: 12) and an input after that; none means all.
    private static boolean[] axes(Node node, Operands in, Shape x) {
        long[] axes = in.has(1)
                ? in.integers(1, "the list of axes")
                : node.attributes().integers("axes").orElse(new long[0]);
        boolean[] reduced = new boolean[x.rank()];
        if (axes.length == 0) {
            Arrays.fill(reduced, !node.attributes().flag("noop_with_empty_axes", false));
        }
        for (long axis : axes) {
            reduced[in.axis(axis, x.rank())] = true;
        }
        return reduced;
    }

    private static int[] offsets(List<int[]> dims) {
        int[] sizes = dims.stream().mapToInt(d -> d[0]).toArray();
        int[] strides = dims.stream().mapToInt(d -> d[1]).toArray();
        return new Broadcast(new Shape(sizes), strides).offsets();
    }
}
