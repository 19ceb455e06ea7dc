package dev.signet.report;

import java.util.Arrays;
import java.util.Locale;

/** How the figures of a task are shown: their keys are those of the JSON output. */
enum Measure {
    TOP1("top1", "top-1 %", "points", 2, true, 3),
    TOP5("top5", "top-5 %", "points", 2, true, 1),
    AGREEMENT("agreement", "agreement %", "points", 2, true, 5),
    KL("kl", "KL divergence", "similarity", 4, false, 0),
    PSNR("psnr", "PSNR dB", "decibel", 2, true, 1),
    SSIM("ssim", "SSIM", "similarity", 4, true, 0.02),
    MSE("mse", "MSE", "points", 2, false, 0),
    PSNR_RGB("psnrRgb", "PSNR dB, RGB", "decibel", 2, true, 1),
    SSIM_RGB("ssimRgb", "SSIM, RGB", "similarity", 4, true, 0.02),
    MSE_RGB("mseRgb", "MSE, RGB", "points", 2, false, 0);

    private final String key;
    private final String label;
    private final String unit;
    private final int decimals;
    private final boolean moreIsBetter;
    private final double near;

    Measure(String key, String label, String unit, int decimals, boolean moreIsBetter, double near) {
        this.key = key;
        this.label = label;
        this.unit = unit;
        this.decimals = decimals;
        this.moreIsBetter = moreIsBetter;
        this.near = near;
    }

    String key() {
        return key;
    }

    String label() {
        return label;
    }

    /** Its number format in charts. */
    String unit() {
        return unit;
    }

    boolean moreIsBetter() {
        return moreIsBetter;
    }

    /** How far below the original a close look goes, or 0 for none. */
    double near() {
        return near;
    }

    String text(double value) {
        return Double.isInfinite(value) ? "∞" : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** A difference from the original, with its sign. */
    String signed(double difference) {
        return Double.isFinite(difference) ? String.format(Locale.ROOT, "%+." + decimals + "f", difference) : "";
    }

    static boolean isOne(String key) {
        return Arrays.stream(values()).anyMatch(measure -> measure.key.equals(key));
    }

    /** @throws IllegalArgumentException if there is none */
    static Measure of(String key) {
        return Arrays.stream(values())
                .filter(measure -> measure.key.equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no measure is called " + key));
    }
}
