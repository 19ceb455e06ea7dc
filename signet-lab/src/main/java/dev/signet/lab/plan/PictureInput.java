package dev.signet.lab.plan;

import dev.signet.quantize.image.Preprocessing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan says of how pictures become a network's input; what it does not say is found out or as usual.
 *
 * @param scale factor on values 0..255
 * @param mean of red, green, blue after scaling
 * @param std of red, green, blue after scaling
 * @param blueFirst BGR instead of RGB
 * @param resize pixels that the shorter side is resized to, or 0
 */
public record PictureInput(
        @Nullable Double scale,
        @Nullable List<Double> mean,
        @Nullable List<Double> std,
        boolean blueFirst,
        int resize) {
    /** Nothing is said. */
    public static final PictureInput UNSAID = new PictureInput(null, null, null, false, 0);

    /** What is said, and {@code usual} for the rest. @throws IllegalArgumentException if a value is not usable */
    public Preprocessing or(Preprocessing usual) {
        return new Preprocessing(
                scale == null ? usual.scale() : scale,
                mean == null ? usual.mean() : array(mean),
                std == null ? usual.std() : array(std),
                blueFirst || usual.blueFirst(),
                resize == 0 ? usual.resize() : resize);
    }

    /** Whether values are said, sizes aside. */
    public boolean saysValues() {
        return scale != null || mean != null || std != null || blueFirst;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
