package dev.signet.quantize.input;

import dev.signet.onnx.InputException;
import dev.signet.quantize.drawn.DeadLeaves;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.runtime.RunnableModel;
import java.util.SplittableRandom;

/** Finds out what range a network's images have. */
public final class InputRange {
    // Far above what 0..1 becomes in any network that keeps the range, and far
    // below the mean square of any photo in 0..255.
    private static final double LARGEST_OF_UNIT = 8;

    // A multiple of all usual strides, and large enough for their windows.
    private static final int SIDE = 96;

    private InputRange() {}

    /**
     * The range of a network from image to image, found with a drawn picture.
     *
     * @throws InputException if it takes no image
     */
    public static Preprocessing ofImages(RunnableModel model) {
        InputLayout layout = InputLayout.of(model.input(), SIDE, SIDE);
        return ofImages(model, layout, DeadLeaves.draw(layout.width(), layout.height(), new SplittableRandom(1)));
    }

    /**
     * The range of a network from image to image. It takes and gives the same one: 0..1, unless what it gives is far above.
     *
     * @param picture an example of the layout's size
     */
    public static Preprocessing ofImages(RunnableModel model, InputLayout layout, Picture picture) {
        int images = Math.max(1, layout.batch());
        float[] values = new float[Math.multiplyExact(images, layout.imageLength())];
        for (int i = 0; i < images; i++) {
            layout.write(picture, Preprocessing.UNIT, values, i * layout.imageLength());
        }
        float[] output;
        try {
            output = model.run(values, layout.shape(images)).values();
        } catch (InputException e) {
            // Sizes that do not fit: nothing is learnt, and the run that follows will say what is wrong.
            return Preprocessing.UNIT;
        }
        double squares = 0;
        for (float value : output) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares / Math.max(1, output.length)) > LARGEST_OF_UNIT
                ? Preprocessing.BYTES
                : Preprocessing.UNIT;
    }
}
