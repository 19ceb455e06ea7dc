package dev.signet.train.network;

import dev.signet.onnx.file.OnnxModel;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Residual networks for small images: He et al. 2016 (arXiv 1512.03385), with 1x1 convolutions where a block changes the shape
 * (its option B), and the last scale of each block zero at first (Goyal et al. 2017, arXiv 1706.02677).
 *
 * @param widths channels of each stage's blocks; from the second on, each begins with stride 2
 * @param blocks how many blocks each stage has
 * @param bottleneck blocks of 1x1, 3x3, 1x1 with four times the channels at their end, instead of 3x3, 3x3
 * @param stem the first convolution
 */
public record ResNet(List<Integer> widths, List<Integer> blocks, boolean bottleneck, Stem stem) {
    private static final int EXPANSION = 4;

    /** A square first convolution. */
    public record Stem(int kernel, int stride) {
        /** 3x3, at full size. */
        public static final Stem FULL = new Stem(3, 1);

        /**
         * Reads {@code KERNEL/STRIDE}.
         *
         * @throws IllegalArgumentException if it is not that
         */
        public static Stem parse(String text) {
            if (!text.matches("[1-9]/[1-4]")) {
                throw new IllegalArgumentException(
                        "'%s' is no stem: KERNEL/STRIDE, such as 3/1 or 4/2".formatted(text));
            }
            return new Stem(text.charAt(0) - '0', text.charAt(2) - '0');
        }

        @Override
        public String toString() {
            return kernel + "/" + stride;
        }
    }

    /** @throws IllegalArgumentException if there are not as many widths as there are stages */
    public ResNet {
        widths = List.copyOf(widths);
        blocks = List.copyOf(blocks);
        if (widths.size() != blocks.size() || widths.isEmpty()) {
            throw new IllegalArgumentException("each stage has a width and a number of blocks");
        }
    }

    /** ResNets for small images: 6 n + 2 layers and, after an x, the channels of the first stage. */
    private static final Pattern SMALL = Pattern.compile("resnet(8|14|20|26|32)(?:x([1-9][0-9]?))?");

    /**
     * A network by its name.
     *
     * @param name resnet18, resnet50, or one for small images: resnet8, resnet14, resnet20, resnet26 or resnet32, with 16, 32
     *     and 64 channels in its stages, or narrower, such as resnet14x8 with 8, 16 and 32
     * @throws IllegalArgumentException if it is another
     */
    public static ResNet named(String name, Stem stem) {
        Matcher small = SMALL.matcher(name);
        if (small.matches()) {
            int blocks = (Integer.parseInt(small.group(1)) - 2) / 6;
            int width = small.group(2) == null ? 16 : Integer.parseInt(small.group(2));
            return new ResNet(List.of(width, 2 * width, 4 * width), List.of(blocks, blocks, blocks), false, stem);
        }
        List<Integer> wide = List.of(64, 128, 256, 512);
        return switch (name) {
            case "resnet18" -> new ResNet(wide, List.of(2, 2, 2, 2), false, stem);
            case "resnet50" -> new ResNet(wide, List.of(3, 4, 6, 3), true, stem);
            default ->
                throw new IllegalArgumentException(
                        "'%s' is not one of resnet8, resnet14, resnet20, resnet26, resnet32 (or narrower, as resnet14x8),"
                                        .formatted(name)
                                + " resnet18, resnet50");
        };
    }

    /** The network, untrained: [batch, 3, side, side] to [batch, classes]. */
    public OnnxModel build(String name, int side, int classes, long seed) {
        var network = new NetworkBuilder(name, seed);
        String x = network.input("input", -1, 3, side, side);
        int channels = widths.getFirst();
        x = network.convolution(x, "conv1", 3, channels, stem.kernel(), stem.stride(), 1, false);
        x = network.node("Relu", List.of(network.batchNormalization(x, "bn1", channels, 1)));
        for (int stage = 0; stage < widths.size(); stage++) {
            int outputs = widths.get(stage) * (bottleneck ? EXPANSION : 1);
            for (int block = 0; block < blocks.get(stage); block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                x = block(
                        network,
                        x,
                        String.format(Locale.ROOT, "layer%d.%d", stage + 1, block),
                        channels,
                        outputs,
                        stride);
                channels = outputs;
            }
        }
        x = network.node("GlobalAveragePool", List.of(x));
        x = network.node("Flatten", List.of(x));
        x = network.fullyConnected(x, "fc", channels, classes);
        return network.build(x, "logits", -1, classes);
    }

    private String block(NetworkBuilder network, String x, String name, int inputs, int outputs, int stride) {
        String shortcut = x;
        if (stride != 1 || inputs != outputs) {
            shortcut = network.convolution(x, name + ".downsample.0", inputs, outputs, 1, stride, 1, false);
            shortcut = network.batchNormalization(shortcut, name + ".downsample.1", outputs, 1);
        }
        String y;
        if (bottleneck) {
            int inner = outputs / EXPANSION;
            y = unit(network, x, name, 1, inputs, inner, 1, 1);
            y = network.node("Relu", List.of(y));
            y = unit(network, y, name, 2, inner, inner, 3, stride);
            y = network.node("Relu", List.of(y));
            y = unit(network, y, name, 3, inner, outputs, 1, 1);
        } else {
            y = unit(network, x, name, 1, inputs, outputs, 3, stride);
            y = network.node("Relu", List.of(y));
            y = unit(network, y, name, 2, outputs, outputs, 3, 1);
        }
        return network.node("Relu", List.of(network.node("Add", List.of(y, shortcut))));
    }

    /** A convolution and its normalization; the block's last one begins as nothing. */
    private String unit(
            NetworkBuilder network,
            String x,
            String block,
            int index,
            int inputs,
            int outputs,
            int kernel,
            int stride) {
        String y = network.convolution(x, block + ".conv" + index, inputs, outputs, kernel, stride, 1, false);
        boolean last = index == (bottleneck ? 3 : 2);
        return network.batchNormalization(y, block + ".bn" + index, outputs, last ? 0 : 1);
    }
}
