package dev.signet.train.network;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.protobuf.ByteString;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.tensor.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A network that paints a picture in one style in one go: Johnson et al. 2016 (arXiv 1603.08155) with instance normalization (Ulyanov
 * et al. 2016, arXiv 1607.08022) and with nearest neighbours and a convolution where those enlarge with transposed convolutions (Odena
 * et al. 2016): two halvings, residual blocks, two doublings.
 *
 * @param channels of the first and last inner layers; twice as many after one halving, and after two
 * @param blocks how many residual blocks
 */
public record StylizingNetwork(int channels, int blocks) {
    /** Sides of pictures must be multiples of it. */
    public static final int STRIDE = 4;

    private static final int KERNEL = 5;

    /** @throws IllegalArgumentException if there is no channel or no block */
    public StylizingNetwork {
        if (channels < 1 || blocks < 1) {
            throw new IllegalArgumentException("channels and blocks must be positive");
        }
    }

    /** The network, untrained: RGB 0..1, [batch, 3, height, width] to the same. */
    public OnnxModel build(String name, long seed) {
        var network = new NetworkBuilder(name, seed);
        int inner = 2 * channels;
        String x = network.input("input", -1, 3, -1, -1);
        x = layer(network, x, "down0", 3, channels, KERNEL, 1);
        x = layer(network, x, "down1", channels, inner, 3, 2);
        x = layer(network, x, "down2", inner, inner, 3, 2);
        for (int block = 1; block <= blocks; block++) {
            String y = layer(network, x, String.format(Locale.ROOT, "block%d.1", block), inner, inner, 3, 1);
            y = unit(network, y, String.format(Locale.ROOT, "block%d.2", block), inner, inner, 3, 1);
            x = network.node("Add", List.of(x, y));
        }
        x = layer(network, twice(network, x, "up1"), "up1", inner, inner, 3, 1);
        x = layer(network, twice(network, x, "up2"), "up2", inner, channels, 3, 1);
        x = network.convolution(x, "paint", channels, 3, KERNEL, 1, 1, true);
        return network.build(network.node("Sigmoid", List.of(x)), "output", -1, 3, -1, -1);
    }

    private static String layer(
            NetworkBuilder network, String x, String name, int inputs, int outputs, int kernel, int stride) {
        return network.node("Relu", List.of(unit(network, x, name, inputs, outputs, kernel, stride)));
    }

    /** A convolution and its normalization, which makes a bias pointless. */
    private static String unit(
            NetworkBuilder network, String x, String name, int inputs, int outputs, int kernel, int stride) {
        String y = network.convolution(x, name + ".conv", inputs, outputs, kernel, stride, 1, false);
        float[] scale = new float[outputs];
        Arrays.fill(scale, 1);
        return network.node(
                "InstanceNormalization",
                List.of(
                        y,
                        vector(network, name + ".norm.weight", scale),
                        vector(network, name + ".norm.bias", new float[outputs])),
                NetworkBuilder.number("epsilon", 1e-5f));
    }

    /** Each pixel becomes four. */
    private static String twice(NetworkBuilder network, String x, String name) {
        return network.node(
                "Resize",
                List.of(x, "", vector(network, name + ".scales", new float[] {1, 1, 2, 2})),
                text("mode", "nearest"),
                text("coordinate_transformation_mode", "asymmetric"),
                text("nearest_mode", "floor"));
    }

    private static String vector(NetworkBuilder network, String name, float[] values) {
        return network.initializer(Tensors.floats(name, ElementType.FLOAT, new int[] {values.length}, values));
    }

    private static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }
}
