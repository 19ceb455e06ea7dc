package dev.signet.lab.task;

import dev.signet.lab.dataset.Pictures;
import dev.signet.lab.dataset.ResolutionPairs;
import dev.signet.lab.metric.Fidelity;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.metric.Plane;
import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.image.Resampling;
import dev.signet.quantize.input.InputRange;
import dev.signet.quantize.runtime.RunnableModel;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Large pictures from small ones. The output is rounded to 8 bits and {@code scale} pixels are cut off at each edge; PSNR, SSIM and MSE
 * are those of the luma (BT.601, 16..235), and, under names of their own, those of red, green and blue; means over the pictures. Where
 * there are no small pictures they are the large ones, cut to a multiple of {@code scale} and shrunk bicubically
 * (antialiased, a = -1/2, the filter of MATLAB's {@code imresize}), rounded to 8 bits.
 *
 * @param pairs the pictures
 * @param scale how many times larger pictures become, 1 or more
 * @param enlarging who enlarges
 * @param preprocessing how a picture becomes the network's input, and its output a picture
 */
public record SuperResolution(ResolutionPairs pairs, int scale, Enlarging enlarging, Preprocessing preprocessing)
        implements PictureTask {
    /** Who makes the picture larger. */
    public enum Enlarging {
        /** The network takes the small picture. */
        INSIDE,
        /** The network takes the small picture enlarged bicubically, and gives one of that size. */
        BEFORE
    }

    /** What no network does: the largest factor that is believed. */
    private static final int MOST = 16;

    // A multiple of all usual strides, and large enough for their windows.
    private static final int PROBE = 32;

    /**
     * Finds out from the model and the first pair how pictures are enlarged.
     *
     * @param asked the factor, or 0 to find out
     * @param given what the user says of the input, or null to find out
     * @throws InputException if model, pictures and {@code asked} do not go together
     */
    public static SuperResolution of(
            RunnableModel model, ResolutionPairs pairs, int asked, @Nullable Preprocessing given) {
        Preprocessing preprocessing = given == null ? InputRange.ofImages(model) : given;
        int own = factor(model, preprocessing);
        int paired = factor(pairs);
        int wanted = asked != 0 ? asked : paired != 0 ? paired : own > 1 ? own : 0;
        if (wanted == 0) {
            throw InputException.of(
                    model.name(),
                    "gives pictures as large as it takes, and there are no small pictures to tell the factor",
                    "say it, as --upscale 2");
        }
        if (paired != 0 && paired != wanted) {
            throw InputException.of(
                    "the pictures in HR",
                    String.format(Locale.ROOT, "are %d times as large as those in LR", paired),
                    "leave --upscale out");
        }
        if (own != wanted && own != 1) {
            throw InputException.of(
                    model.name(),
                    String.format(Locale.ROOT, "enlarges %d times where %d times is wanted", own, wanted),
                    String.format(Locale.ROOT, "use pictures or --upscale for %d times", own));
        }
        return new SuperResolution(pairs, wanted, own == 1 ? Enlarging.BEFORE : Enlarging.INSIDE, preprocessing);
    }

    private static int factor(RunnableModel model, Preprocessing preprocessing) {
        long[] shape = model.input().shape();
        int side = PROBE;
        for (int d = 1; d < shape.length; d++) {
            side = shape[d] > 3 ? (int) Math.min(side, shape[d]) : side;
        }
        Picture small = Picture.grey(side, side, new float[side * side]);
        Picture large = new ImageNetwork(model, preprocessing).apply(small);
        int factor = large.width() / side;
        if (factor < 1 || factor > MOST || large.width() != factor * side || large.height() != factor * side) {
            throw InputException.of(
                    model.name(),
                    String.format(
                            Locale.ROOT, "makes %d x %d pixels of %d x %d", large.width(), large.height(), side, side),
                    String.format(
                            Locale.ROOT,
                            "use a model that gives pictures as large as it takes, or 2 to %d times as large",
                            MOST));
        }
        return factor;
    }

    /** How many times larger the large one of the first pair is; 0 without pairs. */
    private static int factor(ResolutionPairs pairs) {
        Pictures low = pairs.low();
        if (low == null) {
            return 0;
        }
        Picture small = low.picture(0);
        Picture large = pairs.high().picture(0);
        int factor = Math.round((float) large.width() / small.width());
        if (factor < 1 || factor > MOST || Math.round((float) large.height() / small.height()) != factor) {
            throw InputException.of(
                    low.names().getFirst(),
                    String.format(
                            Locale.ROOT,
                            "has %d x %d pixels in LR and %d x %d in HR",
                            small.width(),
                            small.height(),
                            large.width(),
                            large.height()),
                    "give pictures in HR that are a whole number of times as large as those in LR");
        }
        return factor;
    }

    @Override
    public TaskKind kind() {
        return TaskKind.SUPER_RESOLUTION;
    }

    @Override
    public int size() {
        return pairs.high().size();
    }

    @Override
    public Map<String, String> conditions() {
        return Map.of(
                "preprocessing",
                preprocessing.text(),
                "upscale",
                Integer.toString(scale),
                "enlarging",
                enlarging == Enlarging.INSIDE ? "inside the model" : "before the model, bicubic",
                "small pictures",
                pairs.low() == null ? "bicubic" : "given");
    }

    @Override
    public String name(int index) {
        return pairs.high().names().get(index);
    }

    @Override
    public Picture input(int index) {
        Picture small = small(index);
        return enlarging == Enlarging.INSIDE ? small : bicubic(small);
    }

    private Picture small(int index) {
        if (pairs.low() != null) {
            return pairs.low().picture(index);
        }
        Picture large = target(index);
        return Resampling.bicubic(large, large.width() / scale, large.height() / scale)
                .rounded();
    }

    private Picture bicubic(Picture small) {
        return Resampling.bicubic(small, scale * small.width(), scale * small.height())
                .rounded();
    }

    @Override
    public Picture target(int index) {
        Picture large = pairs.high().picture(index);
        return large.crop(large.width() / scale * scale, large.height() / scale * scale);
    }

    /** What bicubic interpolation makes of a small picture. */
    private Picture interpolated(int index) {
        return bicubic(small(index));
    }

    /** The figures of bicubic interpolation: what a network should be better than. */
    public SequencedMap<Metric, Double> evaluateInterpolation() {
        return PictureTask.tally(size(), i -> compare(interpolated(i), target(i)), done -> {})
                .means();
    }

    @Override
    public Picture output(RunnableModel model, int index) {
        return new ImageNetwork(model, preprocessing).apply(input(index)).rounded();
    }

    @Override
    public SequencedMap<Metric, Double> compare(Picture output, Picture target) {
        PictureTask.checkSize(target, scale);
        if (output.width() != target.width() || output.height() != target.height()) {
            throw InputException.of(
                    "the model",
                    String.format(
                            Locale.ROOT,
                            "gives %d x %d pixels where the large picture has %d x %d",
                            output.width(),
                            output.height(),
                            target.width(),
                            target.height()),
                    "give pictures in HR that are a whole number of times as large as those in LR");
        }
        Picture given = output.withoutBorder(scale);
        Picture wanted = target.withoutBorder(scale);
        SequencedMap<Metric, Double> metrics = PictureTask.metrics(
                Fidelity.of(List.of(Plane.luma(given)), List.of(Plane.luma(wanted))),
                Metric.PSNR,
                Metric.SSIM,
                Metric.MSE);
        metrics.putAll(PictureTask.metrics(
                Fidelity.of(Plane.colours(given), Plane.colours(wanted)),
                Metric.PSNR_RGB,
                Metric.SSIM_RGB,
                Metric.MSE_RGB));
        return metrics;
    }
}
