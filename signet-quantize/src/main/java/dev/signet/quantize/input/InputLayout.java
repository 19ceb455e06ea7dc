package dev.signet.quantize.input;

import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.runtime.TensorSpec;
import java.util.Arrays;
import java.util.Locale;

/**
 * How a network wants its images.
 *
 * @param batch images in a run, or 0 where the model leaves it open
 * @param channels 3 for colour, 1 for luma; up to 12, of which those from the fourth on get the luma
 * @param width in pixels
 * @param height in pixels
 * @param planar [channels, height, width] for each image instead of [height, width, channels]
 */
public record InputLayout(int batch, int channels, int width, int height, boolean planar) {
    /** The order of an image's dimensions. */
    public enum Order {
        NCHW,
        NHWC,
        CHW,
        HWC;

        /** The dimension that counts channels. */
        int channelAxis(int rank) {
            boolean first = this == NCHW || this == CHW;
            return first ? rank - 3 : rank - 1;
        }
    }

    /** A side that no image network has: larger claims are refused. */
    private static final long MAX_SIDE = 8192;

    private static final int MAX_BATCH = 1024;

    /** More are no pictures any more, but what another network gives. */
    static final int MAX_CHANNELS = 12;

    /**
     * The layout of an input; open sides take the size of {@code example}.
     *
     * @throws InputException if it is no batch of images
     */
    public static InputLayout of(TensorSpec input, Picture example) {
        return of(input, example.width(), example.height());
    }

    /**
     * The layout of an input; open sides take the given size.
     *
     * @throws InputException if it is no batch of images
     */
    public static InputLayout of(TensorSpec input, int openWidth, int openHeight) {
        long[] shape = input.shape();
        boolean image = shape.length == 4;
        boolean planar = image && (isColours(shape[1]) || (shape[1] < 0 && !isColours(shape[3])));
        boolean interleaved = image && !planar && isColours(shape[3]);
        // Neither three nor one: more channels than colours, and fewer than the sides have pixels.
        planar |= image && !interleaved && isFew(shape[1]) && !isFew(shape[3]);
        interleaved |= image && !planar && isFew(shape[3]);
        if (!planar && !interleaved) {
            throw InputException.of(
                    "input '" + input.name() + "'",
                    "shape %s is no batch of images, expected [N, C, H, W] or [N, H, W, C] with 1 to 12 channels"
                            .formatted(Arrays.toString(shape)),
                    "use a model that takes images");
        }
        long channels = open(shape[planar ? 1 : 3], 3);
        long height = open(shape[planar ? 2 : 1], openHeight);
        long width = open(shape[planar ? 3 : 2], openWidth);
        long batch = Math.max(0, shape[0]);
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE || batch > MAX_BATCH) {
            throw InputException.of(
                    "input '" + input.name() + "'",
                    String.format(
                            Locale.ROOT,
                            "%d images of %d x %d pixels are too many or too large",
                            Math.max(1, batch),
                            width,
                            height),
                    String.format(
                            Locale.ROOT, "sides of 1 to %d and batches up to %d are supported", MAX_SIDE, MAX_BATCH));
        }
        return new InputLayout(
                Math.toIntExact(batch),
                Math.toIntExact(channels),
                Math.toIntExact(width),
                Math.toIntExact(height),
                planar);
    }

    private static boolean isColours(long dimension) {
        return dimension == 3 || dimension == 1;
    }

    private static boolean isFew(long dimension) {
        return dimension > 0 && dimension <= MAX_CHANNELS;
    }

    private static long open(long dimension, int other) {
        return dimension < 0 ? other : dimension;
    }

    /** Values of one image. */
    public int imageLength() {
        return Math.multiplyExact(channels, width * height);
    }

    /** The shape of a batch. */
    public long[] shape(int images) {
        return planar ? new long[] {images, channels, height, width} : new long[] {images, height, width, channels};
    }

    /** Writes a picture of this size into {@code batch} from {@code start} on. */
    public void write(Picture picture, Preprocessing preprocessing, float[] batch, int start) {
        if (channels == 3) {
            preprocessing.write(picture, planar, batch, start);
        } else if (channels == 1) {
            preprocessing.writeLuma(picture, batch, start);
        } else {
            writeChannels(picture, preprocessing, batch, start);
        }
    }

    /** Red, green, blue, and the luma for all channels after them; the luma alone for two. */
    private void writeChannels(Picture picture, Preprocessing preprocessing, float[] batch, int start) {
        int pixels = width * height;
        float[] colours = new float[3 * pixels];
        float[] luma = new float[pixels];
        preprocessing.write(picture, true, colours, 0);
        preprocessing.writeLuma(picture, luma, 0);
        for (int channel = 0; channel < channels; channel++) {
            boolean coloured = channels > 2 && channel < 3;
            for (int i = 0; i < pixels; i++) {
                int to = planar ? channel * pixels + i : channels * i + channel;
                batch[start + to] = coloured ? colours[channel * pixels + i] : luma[i];
            }
        }
    }

    /** For people: "NCHW". */
    public String text() {
        return planar ? "NCHW" : "NHWC";
    }
}
