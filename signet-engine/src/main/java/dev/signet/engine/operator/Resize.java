package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.product.Binding;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Resize and its predecessor Upsample: nearest, linear and cubic. Linear and cubic are separable, so each dimension that
 * changes is resized by itself with a few weighted taps per output.
 */
final class Resize implements Operator {
    @Override
    public Computation plan(Node node, Operands in) {
        Shape x = in.shape(0);
        Scaling scaling = Scaling.of(node, in, x);
        String mode = node.attributes().text("mode", "nearest");
        return switch (mode) {
            case "nearest" -> nearest(in, x, scaling);
            case "linear", "bilinear", "cubic" -> interpolated(node, in, x, scaling, mode.equals("cubic"));
            default -> throw node.error("mode '%s' is not one of nearest, linear, cubic".formatted(mode));
        };
    }

    private static Computation nearest(Operands in, Shape x, Scaling scaling) {
        List<int[]> tables = new ArrayList<>();
        int[] strides = x.strides();
        for (int d = 0; d < x.rank(); d++) {
            int[] table = new int[scaling.output().dim(d)];
            for (int i = 0; i < table.length; i++) {
                int index = scaling.nearest(d, i);
                table[i] = index < 0 ? AxisCopy.FILL : index * strides[d];
            }
            tables.add(table);
        }
        AxisCopy copy = new AxisCopy(tables, scaling.extrapolation());
        return Computation.of(
                in.type(0).with(scaling.output()),
                binding ->
                        copy.bind(binding.inputs().getFirst(), binding.outputs().getFirst(), binding.workers()));
    }

    private static Computation interpolated(Node node, Operands in, Shape x, Scaling scaling, boolean cubic) {
        in.floating(0);
        List<Axis> axes = new ArrayList<>();
        Shape shape = x;
        int largest = 0;
        // The last dimension first, whose elements are picked one by one: of the others whole rows are summed.
        for (int d = x.rank() - 1; d >= 0; d--) {
            if (scaling.isChanged(d)) {
                axes.add(new Axis(
                        shape.product(0, d),
                        shape.dim(d),
                        shape.product(d + 1, shape.rank()),
                        Filter.of(node, scaling, d, cubic)));
                shape = shape.with(d, scaling.output().dim(d));
                largest = Math.max(largest, shape.size());
            }
        }
        if (axes.isEmpty()) {
            return new Computation.View(in.type(0));
        }
        int shared = axes.size() == 1 ? 0 : Math.multiplyExact(2, largest);
        int half = largest;
        return new Computation.Work(List.of(TensorType.floats(shape)), shared, 0, binding -> {
            Runnable[] passes = new Runnable[axes.size()];
            float[] from = binding.in(0);
            int fromStart = 0;
            for (int i = 0; i < passes.length; i++) {
                boolean last = i == passes.length - 1;
                float[] to = last ? binding.out(0) : binding.shared();
                int toStart = last ? 0 : i % 2 * half;
                passes[i] = axes.get(i).bind(binding, from, fromStart, to, toStart, scaling.extrapolation());
                from = to;
                fromStart = toStart;
            }
            return () -> {
                for (Runnable pass : passes) {
                    pass.run();
                }
            };
        });
    }

    /**
     * What outputs along one dimension are made of.
     *
     * @param taps inputs of an output
     * @param index their indices, {@code taps} for each output; -1 for an output that is extrapolated
     * @param weight their weights
     */
    private record Filter(int taps, int[] index, float[] weight) {
        static Filter of(Node node, Scaling scaling, int d, boolean cubic) {
            int outputs = scaling.output().dim(d);
            int inputs = scaling.input().dim(d);
            float a = node.attributes().number("cubic_coeff_a", -0.75f);
            boolean exclude = node.attributes().flag("exclude_outside", false);
            double stretch = node.attributes().flag("antialias", false) ? Math.max(1, 1 / scaling.scale(d)) : 1;
            double radius = (cubic ? 2 : 1) * stretch;
            int taps = stretch == 1 ? (cubic ? 4 : 2) : (int) Math.ceil(2 * radius) + 1;
            int[] index = new int[Math.multiplyExact(outputs, taps)];
            float[] weight = new float[index.length];
            for (int i = 0; i < outputs; i++) {
                double x = scaling.position(d, i);
                if (scaling.isOutside(d, x)) {
                    Arrays.fill(index, i * taps, (i + 1) * taps, -1);
                    continue;
                }
                // ONNX clamps the position for linear interpolation, and the indices of the taps for cubic.
                double at = cubic || stretch > 1 ? x : Math.clamp(x, 0.0, inputs - 1.0);
                int first = stretch == 1 ? (int) Math.floor(at) - (cubic ? 1 : 0) : (int) Math.floor(at - radius) + 1;
                double sum = 0;
                double[] w = new double[taps];
                for (int t = 0; t < taps; t++) {
                    double distance = Math.abs(at - (first + t)) / stretch;
                    boolean outside = first + t < 0 || first + t >= inputs;
                    w[t] = outside && exclude ? 0 : cubic ? cubic(distance, a) : Math.max(0, 1 - distance);
                    sum += w[t];
                }
                for (int t = 0; t < taps; t++) {
                    index[i * taps + t] = Math.clamp(first + t, 0, inputs - 1);
                    weight[i * taps + t] = (float) (exclude || stretch > 1 ? w[t] / sum : w[t]);
                }
            }
            return new Filter(taps, index, weight);
        }

        // Keys' cubic convolution kernel (IEEE Trans. ASSP 29, 1981).
        private static double cubic(double x, double a) {
            if (x <= 1) {
                return ((a + 2) * x - (a + 3)) * x * x + 1;
            }
            return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
        }
    }

    /** The pass over one dimension of an [outer, size, inner] tensor. */
    private record Axis(int outer, int size, int inner, Filter filter) {
        Runnable bind(Binding binding, float[] from, int fromStart, float[] to, int toStart, float fill) {
            int outputs = filter.index().length / filter.taps();
            Kernels kernels = binding.kernels();
            if (inner == 1 && outputs > 0) {
                return along(binding, outputs, from, fromStart, to, toStart, fill);
            }
            Workers.Task task = (o, worker) -> {
                for (int i = 0; i < outputs; i++) {
                    int at = toStart + (o * outputs + i) * inner;
                    if (filter.index()[i * filter.taps()] < 0) {
                        Arrays.fill(to, at, at + inner, fill);
                    } else {
                        output(kernels, from, fromStart + o * size * inner, i, to, at);
                    }
                }
            };
            return () -> binding.workers().run(outer, task);
        }

        // Rows of inputs, of which each output picks its own.
        private Runnable along(
                Binding binding, int outputs, float[] from, int fromStart, float[] to, int toStart, float fill) {
            int taps = filter.taps();
            int[] index = new int[filter.index().length];
            float[] weights = new float[index.length];
            for (int i = 0; i < outputs; i++) {
                for (int t = 0; t < taps; t++) {
                    index[t * outputs + i] = Math.max(0, filter.index()[i * taps + t]);
                    weights[t * outputs + i] = filter.weight()[i * taps + t];
                }
            }
            int many = Math.max(1, Elementwise.BLOCK / outputs);
            Workers.Task task = (piece, worker) -> {
                for (int o = piece * many; o < Math.min(outer, (piece + 1) * many); o++) {
                    int at = toStart + o * outputs;
                    binding.kernels()
                            .arrays()
                            .gatherSums(taps, from, fromStart + o * size, index, weights, to, at, outputs);
                    for (int i = 0; i < outputs; i++) {
                        if (filter.index()[i * taps] < 0) {
                            to[at + i] = fill;
                        }
                    }
                }
            };
            return () -> binding.workers().run(Math.ceilDiv(outer, many), task);
        }

        private void output(Kernels kernels, float[] from, int start, int i, float[] to, int at) {
            int taps = filter.taps();
            float infinity = Float.POSITIVE_INFINITY;
            for (int t = i * taps; t < (i + 1) * taps; t++) {
                int row = start + filter.index()[t] * inner;
                float weight = filter.weight()[t];
                if (t == i * taps) {
                    kernels.affineClip(from, row, to, at, inner, weight, 0, -infinity, infinity);
                } else if (weight != 0) {
                    kernels.addScaled(weight, from, row, to, at, inner);
                }
            }
        }
    }
}
