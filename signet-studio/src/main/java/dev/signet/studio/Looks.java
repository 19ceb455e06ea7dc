package dev.signet.studio;

import dev.signet.lab.task.ImageNetwork;
import dev.signet.lab.task.Recognition;
import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.image.Resampling;
import dev.signet.quantize.input.InputLayout;
import dev.signet.quantize.input.InputRange;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.runtime.TensorSpec;
import java.awt.Color;

/** Looks through a network at pictures. What it gives decides what is seen; the same is seen of its small versions. */
final class Looks {
    /** Classes that are shown. */
    private static final int TOP = 5;

    /** Pictures are made so small: a network of any size answers soon, and what it gives fits on a screen. */
    private static final int LONGEST_SIDE = 384;

    /** Classes of pixels that have colours of their own. */
    private static final int MOST_PARTS = 256;

    /** Hues that lie far from each other's neighbours: the golden section of the circle. */
    private static final float GOLDEN = 0.618034f;

    private Looks() {}

    /** What the network makes of a picture; {@link Sight.Nothing} where it takes none, or gives nothing to look at. */
    static Sight at(Picture picture, OnnxRuntimeModel model) {
        try {
            InputLayout layout = InputLayout.of(model.input(), picture);
            return switch (rank(model)) {
                case 4 -> image(model, fitted(picture, layout), layout);
                case 3 -> things(model, fitted(picture, layout), layout);
                default -> classes(model, picture);
            };
        } catch (InputException | IllegalArgumentException | ArithmeticException e) {
            return new Sight.Nothing(String.valueOf(e.getMessage()));
        }
    }

    /** A picture as it is shown: no longer than what is looked at. */
    static Picture shown(Picture picture) {
        int longest = Math.max(picture.width(), picture.height());
        int shorter = Math.min(picture.width(), picture.height());
        return longest <= LONGEST_SIDE
                ? picture
                : Resampling.shorterSide(picture, Math.max(1, shorter * LONGEST_SIDE / longest))
                        .rounded();
    }

    private static int rank(OnnxRuntimeModel model) {
        return model.outputs().getFirst().shape().length;
    }

    /** The picture's middle, where the network has a size of its own. */
    private static Picture fitted(Picture picture, InputLayout layout) {
        return layout.width() == picture.width() && layout.height() == picture.height()
                ? picture
                : Preprocessing.UNIT.fit(picture, layout.width(), layout.height());
    }

    private static Sight classes(OnnxRuntimeModel model, Picture picture) {
        float[] scores = Recognition.scores(model, picture, Preprocessing.CLASSIFICATION);
        return new Sight.Classes(Recognition.best(scores, TOP));
    }

    private static Sight image(OnnxRuntimeModel model, Picture picture, InputLayout layout) {
        TensorSpec output = model.outputs().getFirst();
        long channels = output.shape()[1];
        boolean parts = channels > 1 && channels != 3 && channels <= MOST_PARTS && layout.planar();
        return parts
                ? parts(model, picture, layout)
                : new Sight.Drawn(new ImageNetwork(model, InputRange.ofImages(model))
                        .apply(picture)
                        .rounded());
    }

    private static Sight parts(OnnxRuntimeModel model, Picture picture, InputLayout layout) {
        Tensor output = run(model, picture, layout, Preprocessing.CLASSIFICATION);
        int classes = Math.toIntExact(output.shape()[1]);
        int height = Math.toIntExact(output.shape()[2]);
        int width = Math.toIntExact(output.shape()[3]);
        int pixels = width * height;
        float[] values = new float[3 * pixels];
        for (int i = 0; i < pixels; i++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (output.values()[c * pixels + i] > output.values()[best * pixels + i]) {
                    best = c;
                }
            }
            Color colour = best == 0 ? Color.BLACK : Color.getHSBColor(best * GOLDEN, 0.55f, 0.95f);
            values[i] = colour.getRed();
            values[pixels + i] = colour.getGreen();
            values[2 * pixels + i] = colour.getBlue();
        }
        return new Sight.Parts(new Picture(width, height, values));
    }

    private static Sight things(OnnxRuntimeModel model, Picture picture, InputLayout layout) {
        return Boxes.found(model, layout, picture);
    }

    /** The first output of one picture in the network's whole batch. */
    static Tensor run(OnnxRuntimeModel model, Picture picture, InputLayout layout, Preprocessing preprocessing) {
        int images = Math.max(1, layout.batch());
        float[] values = new float[Math.multiplyExact(images, layout.imageLength())];
        layout.write(picture, preprocessing, values, 0);
        return model.run(values, layout.shape(images));
    }
}
