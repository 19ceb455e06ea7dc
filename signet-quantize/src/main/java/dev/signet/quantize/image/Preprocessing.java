package dev.signet.quantize.image;

import java.util.Locale;

/**
 * How a picture becomes a network's input: {@code (value * scale - mean) / std} for each channel, planar (NCHW) or
 * interleaved (NHWC), red or blue first.
 *
 * @param scale factor on values 0..255
 * @param mean of red, green, blue after scaling
 * @param std of red, green, blue after scaling
 * @param blueFirst BGR instead of RGB
 * @param resize length that the shorter side is resized to before the centre is cut out; 0: 8/7 of the input's side
 *     (256 for 224), or no resizing where the picture already has the input's size
 */
public record Preprocessing(double scale, double[] mean, double[] std, boolean blueFirst, int resize) {
    /** RGB / 255, mean .485 .456 .406, std .229 .224 .225: what most classifiers were trained with. */
    public static final Preprocessing CLASSIFICATION = new Preprocessing(
            1 / 255.0, new double[] {0.485, 0.456, 0.406}, new double[] {0.229, 0.224, 0.225}, false, 0);

    /** Values 0..1. */
    public static final Preprocessing UNIT =
            new Preprocessing(1 / 255.0, new double[3], new double[] {1, 1, 1}, false, 0);

    /** Values 0..255, as they are. */
    public static final Preprocessing BYTES = new Preprocessing(1, new double[3], new double[] {1, 1, 1}, false, 0);

    /** Beyond that values mean nothing to a network in fp32. */
    private static final double LARGEST = 1e6;

    /** Pixels of a side. */
    private static final int LONGEST = 8192;

    /** @throws IllegalArgumentException if a value is not usable */
    public Preprocessing {
        if (mean.length != 3 || std.length != 3) {
            throw new IllegalArgumentException("preprocessing needs three means and three deviations");
        }
        if (!(Math.abs(scale) >= 1 / LARGEST && Math.abs(scale) <= LARGEST)) {
            throw new IllegalArgumentException("a scale must be within 1e-6 to 1e6, not " + scale);
        }
        for (double m : mean) {
            if (!(Math.abs(m) <= LARGEST)) {
                throw new IllegalArgumentException("a mean must be within -1e6 to 1e6, not " + m);
            }
        }
        for (double s : std) {
            if (!(s >= 1 / LARGEST && s <= LARGEST)) {
                throw new IllegalArgumentException("a standard deviation must be within 1e-6 to 1e6, not " + s);
            }
        }
        if (resize < 0 || resize > LONGEST) {
            throw new IllegalArgumentException("pictures can be resized to 1 to " + LONGEST + " pixels, not " + resize);
        }
    }

    /** The same for pictures that have their size already. */
    public Preprocessing withoutResizing() {
        return new Preprocessing(scale, mean, std, blueFirst, 0);
    }

    /** The picture at the size of the network's input. */
    public Picture fit(Picture picture, int width, int height) {
        if (resize == 0 && picture.width() == width && picture.height() == height) {
            return picture;
        }
        int side = resize != 0 ? resize : Math.round(Math.max(width, height) * 8 / 7f);
        return Resampling.shorterSide(picture, Math.max(side, Math.max(width, height)))
                .cropCentre(width, height);
    }

    /** Writes the picture into {@code input} from {@code start} on, as the network wants it. */
    public void write(Picture picture, boolean planar, float[] input, int start) {
        int pixels = picture.width() * picture.height();
        for (int channel = 0; channel < 3; channel++) {
            int plane = blueFirst ? 2 - channel : channel;
            float factor = (float) (scale / std[plane]);
            float shift = (float) (mean[plane] / std[plane]);
            for (int i = 0; i < pixels; i++) {
                int to = planar ? channel * pixels + i : 3 * i + channel;
                input[start + to] = picture.values()[plane * pixels + i] * factor - shift;
            }
        }
    }

    /** Writes the picture's luma for a network with one channel; mean and deviation are those of the colours, weighted alike. */
    public void writeLuma(Picture picture, float[] input, int start) {
        int pixels = picture.width() * picture.height();
        double factor = scale / YCbCr.luma(std[0], std[1], std[2]);
        double shift = lumaShift();
        float[] rgb = picture.values();
        for (int i = 0; i < pixels; i++) {
            double luma = YCbCr.luma(rgb[i], rgb[pixels + i], rgb[2 * pixels + i]);
            input[start + i] = (float) (luma * factor - shift);
        }
    }

    private double lumaShift() {
        return YCbCr.luma(mean[0], mean[1], mean[2]) / YCbCr.luma(std[0], std[1], std[2]);
    }

    /** The picture that a network gives in the range that it takes: what {@link #write} would turn into {@code output}. */
    public Picture picture(float[] output, boolean planar, int width, int height) {
        int pixels = width * height;
        float[] values = new float[3 * pixels];
        for (int channel = 0; channel < 3; channel++) {
            int plane = blueFirst ? 2 - channel : channel;
            for (int i = 0; i < pixels; i++) {
                float value = output[planar ? channel * pixels + i : 3 * i + channel];
                values[plane * pixels + i] = (float) ((value * std[plane] + mean[plane]) / scale);
            }
        }
        return new Picture(width, height, values);
    }

    /** The luma, 0..255, that a network with one channel gives: what {@link #writeLuma} would turn into {@code output}. */
    public float[] luma(float[] output, int pixels) {
        double factor = YCbCr.luma(std[0], std[1], std[2]) / scale;
        double shift = lumaShift();
        float[] luma = new float[pixels];
        for (int i = 0; i < pixels; i++) {
            luma[i] = (float) ((output[i] + shift) * factor);
        }
        return luma;
    }

    /** One line for reports. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "%s * %.6g, mean %.4g %.4g %.4g, std %.4g %.4g %.4g",
                blueFirst ? "BGR" : "RGB",
                scale,
                mean[0],
                mean[1],
                mean[2],
                std[0],
                std[1],
                std[2]);
    }
}
