package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;

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
                        "output %d exists in training only".formatted(i), "export the model in evaluation mode");
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
            throw node.error(
                    "input %d is %s where %d channels need as many values".formatted(input, in.shape(input), channels));
        }
    }
}
