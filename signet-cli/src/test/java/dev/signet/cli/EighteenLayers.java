package dev.signet.cli;

import static dev.signet.testkit.TinyModels.integers;
import static dev.signet.testkit.TinyModels.node;
import static dev.signet.testkit.TinyModels.value;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.testkit.TinyModels;
import java.util.SplittableRandom;

/**
 * A network in the shapes of ResNet-18 (He et al. 2016, arXiv 1512.03385), random weights in He's scale, with BatchNormalization:
 * 11.7 million weights at width 64 and 1,000 classes.
 */
final class EighteenLayers {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("eighteen");
    private final SplittableRandom random = new SplittableRandom(18);

    private EighteenLayers() {}

    /**
     * The network for RGB images of any size.
     *
     * @param width channels of the first stage; the last has eight times as many
     */
    static ModelProto model(int width, int classes) {
        return new EighteenLayers().build(width, classes);
    }

    private ModelProto build(int width, int classes) {
        graph.addInput(value("image", -1, 3, -1, -1)).addOutput(value("scores", -1, classes));
        String x = relu("stem", normalized("stem", "image", 3, width, 7, 2));
        graph.addNode(node("MaxPool", "pool", "pooled", x)
                .addAttribute(integers("kernel_shape", 3, 3))
                .addAttribute(integers("strides", 2, 2))
                .addAttribute(integers("pads", 1, 1, 1, 1)));
        x = "pooled";
        int channels = width;
        for (int stage = 0; stage < 4; stage++) {
            int wider = width << stage;
            for (int block = 0; block < 2; block++) {
                String name = "stage%d.block%d".formatted(stage, block);
                x = block(name, x, channels, wider, stage > 0 && block == 0 ? 2 : 1);
                channels = wider;
            }
        }
        graph.addNode(node("GlobalAveragePool", "average", "averaged", x));
        graph.addNode(node("Flatten", "flatten", "features", "averaged"));
        weights("fc.weight", channels, channels, classes);
        graph.addNode(node("Gemm", "fc", "scores", "features", "fc.weight"));
        return TinyModels.classifier(4).toBuilder().setGraph(graph).build();
    }

    private String block(String name, String x, int channels, int wider, int stride) {
        String inner = relu(name + ".a", normalized(name + ".a", x, channels, wider, 3, stride));
        String outer = normalized(name + ".b", inner, wider, wider, 3, 1);
        String shortcut = channels == wider ? x : normalized(name + ".shortcut", x, channels, wider, 1, stride);
        graph.addNode(node("Add", name + ".add", name + ".sum", outer, shortcut));
        return relu(name, name + ".sum");
    }

    private String relu(String name, String x) {
        graph.addNode(node("Relu", name + ".relu", name + ".active", x));
        return name + ".active";
    }

    private String normalized(String name, String x, int channels, int filters, int side, int stride) {
        int inputs = channels * side * side;
        weights(name + ".weight", inputs, filters, channels, side, side);
        int pad = side / 2;
        graph.addNode(node("Conv", name + ".conv", name + ".out", x, name + ".weight")
                .addAttribute(integers("pads", pad, pad, pad, pad))
                .addAttribute(integers("strides", stride, stride)));
        parameters(name + ".scale", filters, 1, 0.2);
        parameters(name + ".bias", filters, 0, 0.2);
        parameters(name + ".mean", filters, 0, 0.1);
        parameters(name + ".variance", filters, 1, 0.2);
        graph.addNode(node(
                "BatchNormalization",
                name + ".bn",
                name + ".normal",
                name + ".out",
                name + ".scale",
                name + ".bias",
                name + ".mean",
                name + ".variance"));
        return name + ".normal";
    }

    private void weights(String name, int inputs, int... shape) {
        int size = 1;
        for (int d : shape) {
            size *= d;
        }
        tensor(name, size, 0, Math.sqrt(2.0 / inputs), shape);
    }

    private void parameters(String name, int size, double mean, double deviation) {
        tensor(name, size, mean, deviation, size);
    }

    private void tensor(String name, int size, double mean, double deviation, int... shape) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            double value = mean + deviation * random.nextGaussian();
            values[i] = (float) (mean > 0 ? Math.max(0.1, value) : value);
        }
        graph.addInitializer(Tensors.floats(name, ElementType.FLOAT, shape, values));
    }
}
