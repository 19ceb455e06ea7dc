package dev.signet.train.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/**
 * Makes batches of images: cropped at random with a border of zeros (which is the mean colour), flipped at random, scaled down,
 * normalized. Values lie in memory channels last, which is the order that PyTorch's convolutions are fastest in on a CPU.
 */
final class BatchWriter {
    /** What most classifiers of RGB images take: mean and standard deviation of ImageNet. */
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};

    private static final float[] STD = {0.229f, 0.224f, 0.225f};

    private final ImageSet images;
    private final int side;
    private final float[] scratch;

    /** A writer of images with {@code side} pixels a side. */
    BatchWriter(ImageSet images, int side) {
        this.images = images;
        this.side = side;
        this.scratch = new float[3 * side * side];
    }

    /** A batch as they are: [indices, 3, side, side]. */
    NDArray plain(int[] indices, NDManager manager) {
        float[] values = new float[indices.length * scratch.length];
        for (int i = 0; i < indices.length; i++) {
            write(indices[i], 0, 0, false, values, i * scratch.length);
        }
        return array(values, indices.length, manager);
    }

    /**
     * A batch to learn from: [indices, 3, side, side].
     *
     * @param border by how many pixels an image may be moved
     */
    NDArray augmented(int[] indices, int border, SplittableRandom random, NDManager manager) {
        float[] values = new float[indices.length * scratch.length];
        for (int i = 0; i < indices.length; i++) {
            int down = random.nextInt(-border, border + 1);
            int right = random.nextInt(-border, border + 1);
            write(indices[i], down, right, random.nextBoolean(), values, i * scratch.length);
        }
        return array(values, indices.length, manager);
    }

    private NDArray array(float[] values, int count, NDManager manager) {
        return manager.create(FloatBuffer.wrap(values), new Shape(count, side, side, 3))
                .transpose(0, 3, 1, 2);
    }

    /** Writes one image, [side, side, 3]; each pixel is the mean of the source's pixels that it covers. */
    private void write(int image, int down, int right, boolean flip, float[] values, int start) {
        int source = images.side();
        int start0 = image * images.bytesPerImage();
        for (int y = 0; y < side; y++) {
            int top = y * source / side;
            int bottom = Math.max(top + 1, Math.ceilDiv((y + 1) * source, side));
            for (int x = 0; x < side; x++) {
                int left = x * source / side;
                int end = Math.max(left + 1, Math.ceilDiv((x + 1) * source, side));
                int to = start + (y * side + (flip ? side - 1 - x : x)) * 3;
                for (int c = 0; c < 3; c++) {
                    values[to + c] =
                            mean(start0 + c * source * source, top + down, bottom + down, left + right, end + right, c);
                }
            }
        }
    }

    private float mean(int plane, int top, int bottom, int left, int right, int channel) {
        int source = images.side();
        float sum = 0;
        for (int y = Math.max(top, 0); y < Math.min(bottom, source); y++) {
            for (int x = Math.max(left, 0); x < Math.min(right, source); x++) {
                float value = (images.pixels()[plane + y * source + x] & 0xff) / 255f;
                sum += (value - MEAN[channel]) / STD[channel];
            }
        }
        return sum / ((bottom - top) * (right - left));
    }
}
