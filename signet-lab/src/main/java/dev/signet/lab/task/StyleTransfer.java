package dev.signet.lab.task;

import dev.signet.lab.dataset.Pictures;
import dev.signet.lab.metric.Fidelity;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.metric.Plane;
import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputRange;
import dev.signet.quantize.runtime.RunnableModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A picture in another style. Nobody knows the right result: what the original model makes of a picture is what should come out. PSNR,
 * SSIM and MSE are over red, green and blue, all pixels, both outputs rounded to 8 bits; means over the pictures. Any network from
 * image to image can be compared so.
 *
 * @param pictures what is put through the networks
 * @param targets what the original made of them, one each
 * @param preprocessing how a picture becomes the networks' input, and their output a picture
 */
public record StyleTransfer(Pictures pictures, List<Picture> targets, Preprocessing preprocessing)
        implements PictureTask {
    /**
     * A comparison with a model, which is run on all pictures at once.
     *
     * @param reference the original
     * @param given what the user says of the input, or null to find out
     * @param done is told the number of pictures that are done
     * @throws InputException if the model makes no pictures of pictures
     */
    public static StyleTransfer against(
            RunnableModel reference, Pictures pictures, @Nullable Preprocessing given, IntConsumer done) {
        Preprocessing preprocessing = given == null ? InputRange.ofImages(reference) : given;
        var network = new ImageNetwork(reference, preprocessing);
        List<Picture> targets = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            targets.add(network.apply(pictures.picture(i)).rounded());
            done.accept(i + 1);
        }
        return new StyleTransfer(pictures, targets, preprocessing);
    }

    /** The figures of the original itself, which needs not be run again for them. */
    public SequencedMap<Metric, Double> evaluateReference() {
        return PictureTask.tally(size(), index -> compare(target(index), target(index)), done -> {})
                .means();
    }

    @Override
    public TaskKind kind() {
        return TaskKind.STYLE_TRANSFER;
    }

    @Override
    public int size() {
        return targets.size();
    }

    @Override
    public Map<String, String> conditions() {
        return Map.of("preprocessing", preprocessing.text());
    }

    @Override
    public String name(int index) {
        return pictures.names().get(index);
    }

    @Override
    public Picture input(int index) {
        return pictures.picture(index);
    }

    @Override
    public Picture target(int index) {
        return targets.get(index);
    }

    @Override
    public Picture output(RunnableModel model, int index) {
        return new ImageNetwork(model, preprocessing).apply(input(index)).rounded();
    }

    @Override
    public SequencedMap<Metric, Double> compare(Picture output, Picture target) {
        PictureTask.checkSize(target, 0);
        if (output.width() != target.width() || output.height() != target.height()) {
            throw InputException.of(
                    "the model",
                    String.format(
                            Locale.ROOT,
                            "gives %d x %d pixels where the reference gives %d x %d",
                            output.width(),
                            output.height(),
                            target.width(),
                            target.height()),
                    "compare models of one kind");
        }
        return PictureTask.metrics(
                Fidelity.of(Plane.colours(output), Plane.colours(target)), Metric.PSNR, Metric.SSIM, Metric.MSE);
    }
}
