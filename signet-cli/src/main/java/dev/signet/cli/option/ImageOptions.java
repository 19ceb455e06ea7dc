package dev.signet.cli.option;

import dev.signet.quantize.image.Preprocessing;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How pictures become a network's input. */
public final class ImageOptions {
    @Option(
            names = "--scale",
            paramLabel = "X",
            description = "Factor on pixel values 0..255 (default: 1/255; image networks: found out).",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private @Nullable Double scale;

    @Option(
            names = "--mean",
            split = ",",
            paramLabel = "R,G,B",
            description = "Mean of the channels after scaling (default: 0.485,0.456,0.406; image networks: 0).")
    private double @Nullable [] mean;

    @Option(
            names = "--std",
            split = ",",
            paramLabel = "R,G,B",
            description =
                    "Standard deviation of the channels after scaling (default: 0.229,0.224,0.225; image networks: 1).")
    private double @Nullable [] std;

    @Option(names = "--bgr", description = "The network wants blue first.")
    private boolean blueFirst;

    @Option(
            names = "--resize",
            paramLabel = "N",
            description =
                    "Pixels that a picture's shorter side is resized to before the centre is cut out (default: 8/7 of"
                            + " the input's side, and none where a picture has the input's size).",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private int resize;

    /** What the user says of the images; null for nothing. */
    @Nullable
    public Preprocessing given() {
        return scale == null && mean == null && std == null && !blueFirst && resize == 0 ? null : preprocessing();
    }

    /** What the user says of samples' images; a scale alone says nothing of mean and deviation. Null for nothing. */
    public @Nullable Preprocessing ofSamples() {
        return given() == null
                ? null
                : preprocessing(scale == null ? Preprocessing.CLASSIFICATION : Preprocessing.UNIT);
    }

    /** What the user says of the range of an image network's pictures; null for nothing. */
    @Nullable
    public Preprocessing givenForPictures() {
        return scale == null && mean == null && std == null && !blueFirst
                ? null
                : preprocessing(Preprocessing.UNIT).withoutResizing();
    }

    /** Pixels that the shorter side is resized to, or 0. */
    public int resize() {
        return resize;
    }

    /** What the user says of the images; where nothing is said, what classifiers mostly take. */
    public Preprocessing preprocessing() {
        return preprocessing(Preprocessing.CLASSIFICATION);
    }

    /** What the user says of the images; {@code usual} where nothing is said. */
    public Preprocessing preprocessing(Preprocessing usual) {
        return new Preprocessing(
                scale == null ? usual.scale() : scale,
                mean == null ? usual.mean() : mean,
                std == null ? usual.std() : std,
                blueFirst,
                resize);
    }
}
