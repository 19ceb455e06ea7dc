package dev.signet.train.picture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.signet.lab.dataset.Pictures;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Resampling;
import dev.signet.train.graph.DifferentiableModel;
import dev.signet.train.loop.Objective;
import dev.signet.train.network.EnlargingNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Mean absolute difference to large patches, given the small ones; PSNR on pictures that are held out. */
final class EnlargingObjective implements Objective {
    private static final int SCALE = EnlargingNetwork.SCALE;
    // Where a patch is cut out, bicubic shrinking knows nothing of what lies beyond: that border is not learnt from.
    private static final int BORDER = 4 * SCALE;

    private final DifferentiableModel model;
    private final NDManager manager;
    private final PatchPool pool;
    private final Pictures heldOut;
    private final PictureRecipe recipe;

    EnlargingObjective(
            DifferentiableModel model, NDManager manager, Pictures training, Pictures heldOut, PictureRecipe recipe) {
        this.model = model;
        this.manager = manager;
        this.pool = PatchPool.of(training, recipe.patch() + 2 * BORDER);
        this.heldOut = heldOut;
        this.recipe = recipe;
    }

    private record Pair(Picture small, Picture large) {
        /** A picture and what bicubic shrinking makes of it, without a border of it. */
        static Pair of(Picture picture, int border) {
            int width = picture.width() / SCALE * SCALE;
            int height = picture.height() / SCALE * SCALE;
            Picture small = Resampling.bicubic(picture.crop(width, height), width / SCALE, height / SCALE)
                    .rounded();
            return new Pair(
                    small.withoutBorder(border / SCALE),
                    picture.crop(width, height).withoutBorder(border));
        }
    }

    @Override
    public int steps(int epoch) {
        return recipe.stepsPerEpoch();
    }

    @Override
    public NDArray loss(int epoch, int step, NDManager scratch) {
        SplittableRandom random = recipe.random(epoch, step);
        List<Picture> small = new ArrayList<>();
        List<Picture> large = new ArrayList<>();
        for (int i = 0; i < recipe.batch(); i++) {
            Pair pair = Pair.of(pool.patch(random), BORDER);
            small.add(pair.small());
            large.add(pair.large());
        }
        NDArray output = model.forward(PictureArrays.unit(small, scratch), true);
        return output.sub(PictureArrays.unit(large, scratch)).abs().mean();
    }

    /** PSNR over red, green and blue, of the network and of bicubic enlarging: means over the held-out pictures. */
    @Override
    public Map<String, Double> evaluate() {
        double own = 0;
        double bicubic = 0;
        for (int i = 0; i < heldOut.size(); i++) {
            Pair pair = Pair.of(heldOut.picture(i), 0);
            try (NDManager scratch = manager.newSubManager()) {
                NDArray large = PictureArrays.unit(List.of(pair.large()), scratch);
                NDArray output = model.forward(PictureArrays.unit(List.of(pair.small()), scratch), false);
                own += psnr(output, large);
                Picture plain = Resampling.bicubic(
                        pair.small(), pair.large().width(), pair.large().height());
                bicubic += psnr(PictureArrays.unit(List.of(plain), scratch), large);
            }
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("psnr", own / heldOut.size());
        metrics.put("bicubic", bicubic / heldOut.size());
        return metrics;
    }

    /** Values as a picture file would have them: cut off at 0 and 1. */
    private static double psnr(NDArray output, NDArray large) {
        double error = output.clip(0, 1).sub(large).square().mean().getFloat();
        return -10 * Math.log10(Math.max(error, 1e-10));
    }

    /** A small picture as the network takes it, for checks. */
    NDArray sample() {
        return PictureArrays.unit(List.of(Pair.of(heldOut.picture(0), 0).small()), manager);
    }
}
