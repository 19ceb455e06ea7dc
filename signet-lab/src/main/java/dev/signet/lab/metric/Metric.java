package dev.signet.lab.metric;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a task measures. */
public enum Metric {
    /** Images whose first class is right, per cent. */
    TOP1("top1", "top-1 %", 2, true),
    /** Images whose class is among the first five, per cent. */
    TOP5("top5", "top-5 %", 2, true),
    /** Images with the same first class as the reference's, per cent. */
    AGREEMENT("agreement", "agreement %", 2, true),
    /** Mean Kullback-Leibler divergence of the class probabilities from the reference's, nats. */
    KL("kl", "KL", 4, false),
    /** Peak signal to noise, dB. */
    PSNR("psnr", "PSNR dB", 2, true),
    /** Structural similarity. */
    SSIM("ssim", "SSIM", 4, true),
    /** Mean squared error of values 0..255. */
    MSE("mse", "MSE", 2, false),
    /** PSNR over red, green and blue where {@link #PSNR} is that of the luma. */
    PSNR_RGB("psnrRgb", "PSNR dB RGB", 2, true),
    /** SSIM, the mean of red, green and blue, where {@link #SSIM} is that of the luma. */
    SSIM_RGB("ssimRgb", "SSIM RGB", 4, true),
    /** Squared error over red, green and blue where {@link #MSE} is that of the luma. */
    MSE_RGB("mseRgb", "MSE RGB", 2, false),
    /** The network's worst output against what quantization changes there, on samples that nothing was solved with, dB. */
    OUTPUT_SNR("outputSnr", "output SNR dB", 1, true),
    /** Boxes of the original network that the other one has, per cent. */
    BOXES("boxes", "boxes found %", 1, true),
    /** Boxes that the original network does not have, per cent of those that it has. */
    OTHER_BOXES("otherBoxes", "other boxes %", 1, false),
    /** Intersection over union of the original network's masks and the other one's. */
    IOU("iou", "mask IoU", 3, true),
    /** Mean cosine of the angle between features. */
    COSINE("cosine", "cosine", 4, true),
    /** Characters of the original network's texts that the other one reads, per cent. */
    CHARACTERS("characters", "characters %", 1, true),
    /** Texts that are the same, per cent. */
    LINES("lines", "equal lines %", 1, true),
    /** A signal's energy, its mean counted, over that of the difference, dB. */
    SNR("snr", "SNR dB", 1, true),
    /** Mean absolute difference from the original's values. */
    DIFFERENCE("difference", "mean difference", 4, false);

    private final String key;
    private final String label;
    private final int decimals;
    private final boolean moreIsBetter;

    Metric(String key, String label, int decimals, boolean moreIsBetter) {
        this.key = key;
        this.label = label;
        this.decimals = decimals;
        this.moreIsBetter = moreIsBetter;
    }

    /** Its name in JSON. */
    public String key() {
        return key;
    }

    /** Its name, with the unit, in tables. */
    public String label() {
        return label;
    }

    /** Whether a larger value is a better one. */
    public boolean moreIsBetter() {
        return moreIsBetter;
    }

    /** Whether a sample is right or wrong, and the value the part of those that are right. */
    boolean isCount() {
        return switch (this) {
            case TOP1, TOP5, AGREEMENT, BOXES -> true;
            default -> false;
        };
    }

    /** A value as tables show it. */
    public String text(double value) {
        return Double.isInfinite(value) ? "∞" : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** A difference of two values with its sign; empty where there is none. */
    public String signed(double difference) {
        return Double.isFinite(difference) ? String.format(Locale.ROOT, "%+." + decimals + "f", difference) : "";
    }

    /** The metric that JSON calls so. */
    public static Optional<Metric> ofKey(String key) {
        return Arrays.stream(values()).filter(metric -> metric.key.equals(key)).findFirst();
    }
}
