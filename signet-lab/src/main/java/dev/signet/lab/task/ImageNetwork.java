package dev.signet.lab.task;

import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.image.Resampling;
import dev.signet.quantize.image.YCbCr;
import dev.signet.quantize.input.InputLayout;
import dev.signet.quantize.runtime.RunnableModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.runtime.TensorSpec;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * A network that makes a picture of a picture: super-resolution, style transfer, denoising.
 *
 * <p>Some networks want sides that are multiples of their strides, others have one fixed size: the picture is then continued to
 * the right and downwards by its last pixels, and what comes of them is cut off again. A network with one channel gets the luma;
 * the colours are resized bicubically.
 *
 * @param model its only input and its first output are images with 3 or 1 channels
 * @param preprocessing how a picture becomes its input, and, inverted, its output a picture
 */
public record ImageNetwork(RunnableModel model, Preprocessing preprocessing) {
    /** What sides may have to be multiples of: products of up to five strides of 2, shallow networks first. */
    private static final int[] MULTIPLES = {1, 4, 8, 16, 32};

    private record Size(int width, int height) {}

    /** An output as an image. */
    private record Image(int channels, int width, int height, boolean planar, float[] values) {}

    /**
     * Puts a picture through the network.
     *
     * @return the result: {@code k} times the picture's size where the network enlarges {@code k} times; where it changes the
     *     size in another way, what it gives
     * @throws InputException if the network takes or gives no picture, has a fixed size that the picture exceeds, or gives
     *     values that are not finite
     */
    public Picture apply(Picture picture) {
        Picture source =
                preprocessing.resize() == 0 ? picture : Resampling.shorterSide(picture, preprocessing.resize());
        InputException refused = null;
        Picture unfitting = null;
        for (Size size : sizes(source)) {
            Picture result;
            try {
                result = run(source, size);
            } catch (InputException e) {
                refused = refused == null ? e : refused;
                continue;
            }
            int scale = result.width() / size.width();
            if (scale > 0 && result.width() == scale * size.width() && result.height() == scale * size.height()) {
                return result.crop(scale * source.width(), scale * source.height());
            }
            unfitting = unfitting == null && refused == null ? result : unfitting;
        }
        if (unfitting != null) {
            return unfitting;
        }
        throw Objects.requireNonNull(refused);
    }

    /** The sizes to try: the smallest first. */
    private SequencedSet<Size> sizes(Picture picture) {
        TensorSpec input = model.input();
        SequencedSet<Size> sizes = new LinkedHashSet<>();
        for (int multiple : MULTIPLES) {
            InputLayout layout = InputLayout.of(
                    input,
                    Math.ceilDiv(picture.width(), multiple) * multiple,
                    Math.ceilDiv(picture.height(), multiple) * multiple);
            if (layout.width() < picture.width() || layout.height() < picture.height()) {
                throw InputException.of(
                        "%s: input '%s'".formatted(model.name(), input.name()),
                        String.format(
                                Locale.ROOT,
                                "takes %d x %d pixels where the picture has %d x %d",
                                layout.width(),
                                layout.height(),
                                picture.width(),
                                picture.height()),
                        "make the picture smaller, with --resize N for a shorter side of N pixels");
            }
            sizes.add(new Size(layout.width(), layout.height()));
        }
        return sizes;
    }

    private Picture run(Picture picture, Size size) {
        InputLayout layout = InputLayout.of(model.input(), size.width(), size.height());
        int images = Math.max(1, layout.batch());
        float[] values = new float[Math.multiplyExact(images, layout.imageLength())];
        layout.write(picture.extend(size.width(), size.height()), preprocessing, values, 0);
        Image image = image(model.run(values, layout.shape(images)), layout.planar());
        if (image.channels() == 3) {
            return preprocessing.picture(image.values(), image.planar(), image.width(), image.height());
        }
        float[] luma = preprocessing.luma(image.values(), image.width() * image.height());
        if (layout.channels() == 3) {
            return Picture.grey(image.width(), image.height(), luma);
        }
        return YCbCr.of(picture.extend(size.width(), size.height()))
                .withLuma(image.width(), image.height(), luma)
                .picture();
    }

    private Image image(Tensor output, boolean planarInput) {
        Image image = imageOrNull(output, planarInput);
        if (image == null) {
            throw InputException.of(
                    model.name(),
                    "its output of shape %s is no image".formatted(Arrays.toString(output.shape())),
                    "where it holds scores of classes, the task is classification (run: --top N); for others it is"
                            + " agreement");
        }
        for (int i = 0; i < image.channels() * image.width() * image.height(); i++) {
            if (!Float.isFinite(output.values()[i])) {
                throw InputException.of(
                        model.name(),
                        "a value of its output is %s, no finite number".formatted(output.values()[i]),
                        "check the model and the range of its input (--scale)");
            }
        }
        return image;
    }

    private static @Nullable Image imageOrNull(Tensor output, boolean planarInput) {
        long[] shape = output.shape();
        if (shape.length != 4 || Arrays.stream(shape).anyMatch(d -> d < 1)) {
            return null;
        }
        boolean planar = isColours(shape[1]) && (planarInput || !isColours(shape[3]));
        if ((!planar && !isColours(shape[3])) || (planar ? shape[2] * shape[3] : shape[1] * shape[2]) == 1) {
            // A single pixel is no image: two or three classes, averaged over the picture.
            return null;
        }
        return new Image(
                Math.toIntExact(shape[planar ? 1 : 3]),
                Math.toIntExact(shape[planar ? 3 : 2]),
                Math.toIntExact(shape[planar ? 2 : 1]),
                planar,
                output.values());
    }

    private static boolean isColours(long dimension) {
        return dimension == 3 || dimension == 1;
    }
}
