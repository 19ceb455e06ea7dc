package dev.signet.report;

import dev.signet.lab.drawing.Scenes;
import dev.signet.lab.drawing.Split;
import dev.signet.lab.task.ImageNetwork;
import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputLayout;
import dev.signet.quantize.input.InputRange;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** What a network from image to image and its quantized file make of drawn pictures. */
public final class QuantizePictures {
    private static final int SHOWN = 2;
    private static final int WIDTH = 192;
    private static final int HEIGHT = 144;

    private QuantizePictures() {}

    /**
     * Runs both on drawn pictures.
     *
     * @param label of what the quantized file makes
     * @return what came of it; empty where the network is not one from image to image, as far as can be seen
     */
    public static List<PictureComparison> of(Path source, Path target, String label, int threads) {
        try (OnnxRuntimeModel original = OnnxRuntimeModel.open(source, threads);
                OnnxRuntimeModel quantized = OnnxRuntimeModel.open(target, threads)) {
            if (!givesPictures(original)) {
                return List.of();
            }
            InputLayout layout = InputLayout.of(original.input(), WIDTH, HEIGHT);
            Preprocessing range = InputRange.ofImages(original);
            var drawn = new Scenes(Split.HELD_OUT, layout.width(), layout.height());
            List<PictureComparison> comparisons = new ArrayList<>();
            for (int i = 0; i < SHOWN; i++) {
                Picture picture = drawn.picture(i);
                SequencedMap<String, Picture> variants = new LinkedHashMap<>();
                variants.put(
                        label, new ImageNetwork(quantized, range).apply(picture).rounded());
                comparisons.add(new PictureComparison(
                        "drawn scene " + (i + 1),
                        new ImageNetwork(original, range).apply(picture).rounded(),
                        variants,
                        null));
            }
            return comparisons;
        } catch (InputException e) {
            // It takes or gives something else: the page says in figures what it costs.
            return List.of();
        }
    }

    /** One output with three channels or one, as declared; what declares nothing is tried. */
    private static boolean givesPictures(OnnxRuntimeModel model) {
        long[] shape = model.outputs().getFirst().shape();
        return model.outputs().size() == 1
                && (shape.length == 0
                        || (shape.length == 4
                                && (isColours(shape[1]) || isColours(shape[3]))
                                && (shape[2] < 0 || shape[2] > 8)));
    }

    private static boolean isColours(long channels) {
        return channels == 3 || channels == 1;
    }
}
