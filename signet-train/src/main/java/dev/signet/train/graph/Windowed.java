package dev.signet.train.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.pooling.Pool;
import dev.signet.onnx.node.ConvolutionGeometry;
import java.util.Arrays;
import java.util.Locale;

/** Operators that slide a window over images: [samples, channels, height, width]. */
final class Windowed {
    private Windowed() {}

    static void convolution(Operands o) {
        NDArray weights = o.array(1);
        checkImages(o, weights);
        long[] kernel = Arrays.copyOfRange(weights.getShape().getShape(), 2, 4);
        Padding padding = Padding.of(o, kernel);
        NDArray bias = o.optional(2).orElse(null);
        o.output(Conv2d.conv2d(
                        padding.outside(o.array(0), 0),
                        weights,
                        bias,
                        new Shape(o.integers("strides", 1, 1)),
                        padding.inside(),
                        new Shape(o.integers("dilations", 1, 1)),
                        Math.toIntExact(o.integer("group", 1)))
                .singletonOrThrow());
    }

    static void maxPool(Operands o) {
        checkImages(o, o.array(0));
        long[] kernel = o.integers("kernel_shape");
        if (Arrays.stream(o.integers("dilations", 1, 1)).anyMatch(d -> d != 1)
                || o.node().getOutputCount() > 1) {
            throw o.bad("has dilations or returns indices");
        }
        Padding padding = Padding.of(o, kernel);
        o.output(Pool.maxPool2d(
                padding.outside(o.array(0), -Float.MAX_VALUE),
                new Shape(kernel),
                new Shape(o.integers("strides", 1, 1)),
                padding.inside(),
                o.integer("ceil_mode", 0) != 0));
    }

    static void averagePool(Operands o) {
        NDArray x = o.array(0);
        checkImages(o, x);
        boolean counted = o.integer("count_include_pad", 0) != 0;
        if (counted && o.integer("ceil_mode", 0) != 0) {
            throw o.bad("counts padding and rounds its size up");
        }
        NDArray sums = average(o, x);
        if (counted) {
            o.output(sums);
        } else {
            // Padding does not count; DJL's own flag for it has no effect. What is
            // averaged of ones is the part that counts.
            Shape one = new Shape(1, 1, x.getShape().get(2), x.getShape().get(3));
            o.output(sums.div(average(o, x.getManager().ones(one))));
        }
    }

    private static NDArray average(Operands o, NDArray images) {
        long[] kernel = o.integers("kernel_shape");
        Padding padding = Padding.of(o, kernel);
        return Pool.avgPool2d(
                padding.outside(images, 0),
                new Shape(kernel),
                new Shape(o.integers("strides", 1, 1)),
                padding.inside(),
                o.integer("ceil_mode", 0) != 0,
                true);
    }

    private static void checkImages(Operands o, NDArray array) {
        if (array.getShape().dimension() != 4) {
            throw o.bad(String.format(
                    Locale.ROOT,
                    "works on %d dimensions, expected images",
                    array.getShape().dimension()));
        }
    }

    /** What is added at top, left, bottom and right. */
    private record Padding(long top, long left, long bottom, long right) {
        static Padding of(Operands o, long[] kernel) {
            ConvolutionGeometry geometry = o.geometry(kernel);
            int[] before = geometry.padsBefore();
            int[] after = geometry.padsAfter();
            if (o.integer("ceil_mode", 0) != 0 && !Arrays.equals(before, after)) {
                // A window that lies in the padding counts for PyTorch and not for ONNX.
                throw o.bad("rounds its size up with uneven padding");
            }
            if (!geometry.autoPad().isSame()) {
                return new Padding(before[0], before[1], after[0], after[1]);
            }
            if (!geometry.isDense()) {
                throw o.bad("has auto_pad with a stride or a dilation");
            }
            long top = geometry.autoPad().before(Math.toIntExact(kernel[0] - 1));
            long left = geometry.autoPad().before(Math.toIntExact(kernel[1] - 1));
            return new Padding(top, left, kernel[0] - 1 - top, kernel[1] - 1 - left);
        }

        boolean symmetric() {
            return top == bottom && left == right;
        }

        /** The padding that PyTorch's operator does itself. */
        Shape inside() {
            return symmetric() ? new Shape(top, left) : new Shape(0, 0);
        }

        /** The images with the padding that the operator can not do. */
        NDArray outside(NDArray images, double value) {
            return symmetric() ? images : images.pad(new Shape(left, right, top, bottom), value);
        }
    }
}
