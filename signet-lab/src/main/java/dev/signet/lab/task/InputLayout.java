package dev.signet.lab.task;

import dev.signet.lab.image.Picture;
import dev.signet.lab.runtime.TensorSpec;
import dev.signet.onnx.InputException;
import java.util.Arrays;

/**
 * How a network wants its RGB images.
 *
 * @param batch images in a run, or 0 where the model leaves it open
 * @param width in pixels
 * @param height in pixels
 * @param planar [3, height, width] for each image instead of [height, width, 3]
 */
record InputLayout(int batch, int width, int height, boolean planar) {
    /** A side that no image network has: larger claims are refused. */
    private static final long MAX_SIDE = 8192;

    private static final int MAX_BATCH = 1024;

    /** The layout of an input; open sides take the size of {@code example}. */
    static InputLayout of(TensorSpec input, Picture example) {
        long[] shape = input.shape();
        boolean planar = shape.length == 4 && (shape[1] == 3 || (shape[1] < 0 && shape[3] != 3));
        boolean interleaved = shape.length == 4 && !planar && shape[3] == 3;
        if (!planar && !interleaved) {
            throw InputException.of(
                    "input '" + input.name() + "'",
                    "shape %s is no batch of RGB images, expected [N, 3, H, W] or [N, H, W, 3]"
                            .formatted(Arrays.toString(shape)),
                    "classification needs a model that takes RGB images");
        }
        long height = open(shape[planar ? 2 : 1], example.height());
        long width = open(shape[planar ? 3 : 2], example.width());
        long batch = Math.max(0, shape[0]);
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE || batch > MAX_BATCH) {
            throw InputException.of(
                    "input '" + input.name() + "'",
                    "shape %s is too large".formatted(Arrays.toString(shape)),
                    "sides up to %d and batches up to %d are supported".formatted(MAX_SIDE, MAX_BATCH));
        }
        return new InputLayout((int) batch, (int) width, (int) height, planar);
    }

    private static long open(long dimension, int other) {
        return dimension < 0 ? other : dimension;
    }

    int imageLength() {
        return 3 * width * height;
    }

    long[] shape(int images) {
        return planar ? new long[] {images, 3, height, width} : new long[] {images, height, width, 3};
    }
}
