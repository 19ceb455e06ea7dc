package dev.signet.train.network;

import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.file.OnnxModel;
import java.util.List;
import java.util.Locale;

/**
 * A network that makes pictures twice as large: residual blocks without normalization (Lim et al. 2017, EDSR, arXiv 1707.02921) on the
 * small picture, then the four pixels of each one at once (Shi et al. 2016, arXiv 1609.05158). What it computes is added to the small
 * picture's own pixels, and is nothing at first.
 *
 * @param channels of all inner layers
 * @param blocks how many residual blocks
 */
public record EnlargingNetwork(int channels, int blocks) {
    /** How many times larger pictures become. */
    public static final int SCALE = 2;

    /** Without normalization, branches that start strong would add up. */
    private static final double WEAK = 0.1;

    /** @throws IllegalArgumentException if there is no channel or no block */
    public EnlargingNetwork {
        if (channels < 1 || blocks < 1) {
            throw new IllegalArgumentException("channels and blocks must be positive");
        }
    }

    /** The network, untrained: RGB 0..1, [batch, 3, height, width] to [batch, 3, 2 height, 2 width]. */
    public OnnxModel build(String name, long seed) {
        var network = new NetworkBuilder(name, seed);
        String picture = network.input("input", -1, 3, -1, -1);
        String head = network.convolution(picture, "head", 3, channels, 3, 1, 1, true);
        String x = head;
        for (int block = 1; block <= blocks; block++) {
            String y = network.convolution(
                    x, String.format(Locale.ROOT, "block%d.conv1", block), channels, channels, 3, 1, 1, true);
            y = network.node("Relu", List.of(y));
            y = network.convolution(
                    y, String.format(Locale.ROOT, "block%d.conv2", block), channels, channels, 3, 1, 1, true, WEAK);
            x = network.node("Add", List.of(x, y));
        }
        x = network.node("Relu", List.of(x));
        x = network.convolution(x, "pixels", channels, 3 * SCALE * SCALE, 3, 1, 1, true, 0);
        // In the order that DepthToSpace has by default, colours change fastest.
        String pixels =
                network.node("Concat", List.of(picture, picture, picture, picture), Attributes.integer("axis", 1));
        x = network.node("Add", List.of(pixels, x));
        x = network.node("DepthToSpace", List.of(x), Attributes.integer("blocksize", SCALE));
        return network.build(x, "output", -1, 3, -1, -1);
    }
}
