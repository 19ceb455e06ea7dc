package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** BatchNormalization with stored statistics, and InstanceNormalization. */
final class Normalization {
    private Normalization() {}

    static Computation batch(Node node, Operands in) {
        TensorType type = in.floating(0);
        if (node.attributes().flag("training_mode", false)) {
            throw node.error("training_mode is not supported", "export the model in evaluation mode");
        }
        for (int i = 1; i < node.outputs().size(); i++) {
            if (!node.outputs().get(i).isEmpty()) {
                throw node.error(
                        String.format(Locale.ROOT, "output %d exists in training only", i),
                        "export the model in evaluation mode");
            }
        }
        Shape x = in.shape(0, 2, 8);
        int channels = x.dim(1);
        int size = x.product(2, x.rank());
        float epsilon = node.attributes().number("epsilon", 1e-5f);
        for (int i = 1; i < 5; i++) {
            checkChannels(node, in, i, channels);
        }
        int planes = x.product(0, 2);
        float infinity = Float.POSITIVE_INFINITY;
        return Computation.of(TensorType.floats(type.shape()), binding -> {
            float[] from = binding.in(0);
            float[] gamma = binding.in(1);
            float[] beta = binding.in(2);
            float[] mean = binding.in(3);
            float[] variance = binding.in(4);
            float[] to = binding.out(0);
            Kernels kernels = binding.kernels();
            Workers workers = binding.workers();
            Workers.Task task = (plane, worker) -> {
                int c = plane % channels;
                double scale = gamma[c] / Math.sqrt((double) variance[c] + epsilon);
                float shift = (float) (beta[c] - scale * mean[c]);
                kernels.affineClip(
                        from, plane * size, to, plane * size, size, (float) scale, shift, -infinity, infinity);
            };
            return () -> workers.run(planes, task);
        });
    }

    static Computation instance(Node node, Operands in) {
        TensorType type = in.floating(0);
        Shape x = in.shape(0, 3, 8);
        int channels = x.dim(1);
        int size = x.product(2, x.rank());
        float epsilon = node.attributes().number("epsilon", 1e-5f);
        checkChannels(node, in, 1, channels);
        checkChannels(node, in, 2, channels);
        int planes = x.product(0, 2);
        float infinity = Float.POSITIVE_INFINITY;
        return Computation.of(TensorType.floats(type.shape()), binding -> {
            float[] from = binding.in(0);
            float[] gamma = binding.in(1);
            float[] beta = binding.in(2);
            float[] to = binding.out(0);
            Kernels kernels = binding.kernels();
            Workers workers = binding.workers();
            Workers.Task task = (plane, worker) -> {
                int at = plane * size;
                double mean = kernels.sum(from, at, size) / size;
                double variance = kernels.squaredDeviations(from, at, size, (float) mean) / size;
                double scale = gamma[plane % channels] / Math.sqrt(variance + epsilon);
                float shift = (float) (beta[plane % channels] - scale * mean);
                kernels.affineClip(from, at, to, at, size, (float) scale, shift, -infinity, infinity);
            };
            return () -> workers.run(planes, task);
        });
    }

    private static void checkChannels(Node node, Operands in, int input, int channels) {
        in.floating(input);
        if (in.shape(input).size() != channels) {
            throw node.error(String.format(
                    Locale.ROOT,
                    "input %d is %s where %d channels need as many values",
                    input,
                    in.shape(input),
                    channels));
        }
    }

    /** LayerNormalization: over the dimensions from the axis on. */
    static Computation layer(Node node, Operands in) {
        in.floating(0);
        Shape x = in.shape(0);
        int axis = in.axis(node.attributes().integer("axis", -1), Math.max(1, x.rank()));
        Shape normalized = new Shape(Arrays.copyOfRange(x.dims(), axis, x.rank()));
        int size = normalized.size();
        int rows = x.product(0, axis);
        int[] gains = Broadcast.to(normalized, in.shape(1)).offsets();
        int[] shifts = in.has(2) ? Broadcast.to(normalized, in.shape(2)).offsets() : new int[0];
        float epsilon = node.attributes().number("epsilon", 1e-5f);
        int[] dims = x.dims().clone();
        Arrays.fill(dims, axis, dims.length, 1);
        TensorType statistics = TensorType.floats(new Shape(dims));
        // Mean and the inverse of the deviation are outputs, too.
        List<TensorType> outputs = List.of(TensorType.floats(x), statistics, statistics);
        return new Computation.Work(outputs, 0, 0, binding -> {
            float[] from = binding.in(0);
            float[] gain = binding.in(1);
            float[] shift = shifts.length == 0 ? new float[0] : binding.in(2);
            float[] to = binding.out(0);
            Kernels kernels = binding.kernels();
            Workers.Task task = (row, worker) -> {
                int at = row * size;
                float mean = (float) (kernels.sum(from, at, size) / size);
                double variance = kernels.squaredDeviations(from, at, size, mean) / size;
                float factor = (float) (1 / Math.sqrt(variance + epsilon));
                for (int i = 0; i < size; i++) {
                    float scaled = (from[at + i] - mean) * factor * gain[gains[i]];
                    to[at + i] = shifts.length == 0 ? scaled : scaled + shift[shifts[i]];
                }
                binding.out(1)[row] = mean;
                binding.out(2)[row] = factor;
            };
            return () -> binding.workers().run(rows, task);
        });
    }

    /** ImageScaler: an operator of ONNX's first version that old networks still have. */
    static Computation scaler(Node node, Operands in) {
        in.floating(0);
        Shape x = in.shape(0, 4, 4);
        float scale = node.attributes().number("scale", 1);
        float[] bias = node.attributes().numbers("bias").orElse(new float[0]);
        if (bias.length != x.dim(1)) {
            throw node.error(String.format(Locale.ROOT, "%d biases for %d channels", bias.length, x.dim(1)));
        }
        int size = x.product(2, 4);
        float infinity = Float.POSITIVE_INFINITY;
        return Computation.of(TensorType.floats(x), binding -> {
            float[] from = binding.in(0);
            float[] to = binding.out(0);
            Kernels kernels = binding.kernels();
            Workers.Task task = (i, worker) -> kernels.affineClip(
                    from, i * size, to, i * size, size, scale, bias[i % bias.length], -infinity, infinity);
            return () -> binding.workers().run(x.product(0, 2), task);
        });
    }
}
