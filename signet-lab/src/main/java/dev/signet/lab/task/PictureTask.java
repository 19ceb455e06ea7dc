package dev.signet.lab.task;

import dev.signet.lab.image.Picture;
import dev.signet.lab.quality.Fidelity;
import dev.signet.lab.quality.StructuralSimilarity;
import dev.signet.lab.runtime.RunnableModel;
import dev.signet.onnx.InputException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.IntConsumer;

/** A task whose results are pictures, compared with pictures that should come out. */
public sealed interface PictureTask extends Task permits SuperResolution, StyleTransfer {
    /** The name of a picture. */
    String name(int index);

    /** What the network gets, 8 bits a value. */
    Picture input(int index);

    /** What should come out, 8 bits a value. */
    Picture target(int index);

    /** What the model makes of a picture, 8 bits a value, as large as the target. */
    Picture output(RunnableModel model, int index);

    /** Compares what came out with what should. @throws InputException if the pictures are too small to be compared */
    SequencedMap<Metric, Double> compare(Picture output, Picture target);

    @Override
    default SequencedMap<Metric, Double> evaluate(RunnableModel model, IntConsumer done) {
        SequencedMap<Metric, Double> sums = new LinkedHashMap<>();
        for (int i = 0; i < size(); i++) {
            compare(output(model, i), target(i)).forEach((metric, value) -> sums.merge(metric, value, Double::sum));
            done.accept(i + 1);
        }
        sums.replaceAll((metric, sum) -> sum / size());
        return sums;
    }

    /** What is measured on one picture. */
    static SequencedMap<Metric, Double> metrics(Fidelity fidelity, Metric psnr, Metric ssim, Metric mse) {
        SequencedMap<Metric, Double> metrics = new LinkedHashMap<>();
        metrics.put(psnr, fidelity.psnr());
        metrics.put(ssim, fidelity.ssim());
        metrics.put(mse, fidelity.mse());
        return metrics;
    }

    /** Refuses what has no window. @throws InputException if the picture is smaller than a window of SSIM */
    static void checkSize(Picture picture, int border) {
        int least = StructuralSimilarity.WINDOW + 2 * border;
        if (picture.width() < least || picture.height() < least) {
            throw InputException.of(
                    "a picture of %d x %d pixels".formatted(picture.width(), picture.height()),
                    "is smaller than the %d x %d that a comparison needs".formatted(least, least),
                    "use larger pictures");
        }
    }
}
