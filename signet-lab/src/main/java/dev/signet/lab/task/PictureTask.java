package dev.signet.lab.task;

import dev.signet.lab.metric.Fidelity;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.metric.StructuralSimilarity;
import dev.signet.lab.metric.Tally;
import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.runtime.RunnableModel;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;

/** A task whose results are pictures, compared with pictures that should come out. */
public sealed interface PictureTask extends ShardedTask permits SuperResolution, StyleTransfer {
    /** The name of a picture. */
    String name(int index);

    /** What the network gets, 8 bits a value. */
    Picture input(int index);

    /** What should come out, 8 bits a value. */
    Picture target(int index);

    /** What the model makes of a picture, 8 bits a value, as large as the target. */
    Picture output(RunnableModel model, int index);

    /**
     * Compares what came out with what should.
     *
     * @throws InputException if the pictures are too small to be compared
     */
    SequencedMap<Metric, Double> compare(Picture output, Picture target);

    @Override
    default Tally tally(RunnableModel model, IntConsumer done) {
        return tally(model, (picture, index) -> {}, done);
    }

    /** Measures a model as {@link #tally(RunnableModel, IntConsumer)}; {@code made} gets every picture that it makes. */
    default Tally tally(RunnableModel model, ObjIntConsumer<Picture> made, IntConsumer done) {
        return tally(
                size(),
                index -> {
                    Picture output = output(model, index);
                    made.accept(output, index);
                    return compare(output, target(index));
                },
                done);
    }

    /** The figures of each picture. */
    static Tally tally(int pictures, IntFunction<SequencedMap<Metric, Double>> comparison, IntConsumer done) {
        SequencedMap<Metric, double[]> parts = new LinkedHashMap<>();
        for (int i = 0; i < pictures; i++) {
            int index = i;
            comparison
                    .apply(i)
                    .forEach((metric, value) ->
                            parts.computeIfAbsent(metric, key -> new double[pictures])[index] = value);
            done.accept(i + 1);
        }
        return new Tally(pictures, parts);
    }

    /** What is measured on one picture. */
    static SequencedMap<Metric, Double> metrics(Fidelity fidelity, Metric psnr, Metric ssim, Metric mse) {
        SequencedMap<Metric, Double> metrics = new LinkedHashMap<>();
        metrics.put(psnr, fidelity.psnr());
        metrics.put(ssim, fidelity.ssim());
        metrics.put(mse, fidelity.mse());
        return metrics;
    }

    /**
     * Refuses what has no window.
     *
     * @throws InputException if the picture is smaller than a window of SSIM
     */
    static void checkSize(Picture picture, int border) {
        int least = StructuralSimilarity.WINDOW + 2 * border;
        if (picture.width() < least || picture.height() < least) {
            throw InputException.of(
                    String.format(Locale.ROOT, "a picture of %d x %d pixels", picture.width(), picture.height()),
                    String.format(Locale.ROOT, "is smaller than the %d x %d that a comparison needs", least, least),
                    "use larger pictures");
        }
    }
}
