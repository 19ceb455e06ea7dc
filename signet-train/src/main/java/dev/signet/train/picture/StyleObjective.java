package dev.signet.train.picture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.signet.lab.dataset.Pictures;
import dev.signet.quantize.image.Picture;
import dev.signet.train.graph.DifferentiableModel;
import dev.signet.train.graph.Scalars;
import dev.signet.train.loop.Objective;
import dev.signet.train.network.StylizingNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The perceptual loss of Johnson et al. 2016 (arXiv 1603.08155): activations like the content's in one layer, Gram matrices like the
 * style's in all, few differences between neighbours. Each part is relative to what it is compared with, so that weights mean the
 * same for all classifiers.
 */
final class StyleObjective implements Objective {
    /** What stays of the content: the activations a third of the way into the classifier. */
    private static final int CONTENT_LAYER = 3;

    private final DifferentiableModel model;
    private final NDManager manager;
    private final Perception perception;
    private final List<NDArray> style;
    private final PatchPool pool;
    private final Pictures heldOut;
    private final PictureRecipe recipe;
    private final StyleWeights weights;

    StyleObjective(
            DifferentiableModel model,
            NDManager manager,
            Perception perception,
            Picture style,
            PictureSets pictures,
            PictureRecipe recipe,
            StyleWeights weights) {
        this.model = model;
        this.manager = manager;
        this.perception = perception;
        this.style = grams(style);
        this.pool = PatchPool.of(pictures.training(), recipe.patch());
        this.heldOut = pictures.heldOut();
        this.recipe = recipe;
        this.weights = weights;
    }

    private List<NDArray> grams(Picture style) {
        List<NDArray> grams = new ArrayList<>();
        try (NDManager scratch = manager.newSubManager()) {
            for (NDArray activations : perception.see(PictureArrays.unit(List.of(style), scratch))) {
                NDArray gram = Perception.gram(activations);
                gram.attach(manager);
                grams.add(gram);
            }
        }
        return grams;
    }

    private record Parts(NDArray content, NDArray style, NDArray roughness) {}

    private Parts parts(NDArray pictures, boolean training) {
        NDArray painted = model.forward(pictures, training);
        List<NDArray> seen = perception.see(painted);
        NDArray content = perception.see(pictures).get(CONTENT_LAYER);
        NDArray unlike = relative(seen.get(CONTENT_LAYER), content);
        NDArray foreign = null;
        for (int i = 0; i < style.size(); i++) {
            NDArray part = Scalars.divided(relative(Perception.gram(seen.get(i)), style.get(i)), style.size());
            foreign = foreign == null ? part : foreign.add(part);
        }
        if (foreign == null) {
            throw new IllegalStateException("no layer is looked at");
        }
        NDArray down = painted.get(new NDIndex(":, :, 1:, :"))
                .sub(painted.get(new NDIndex(":, :, :-1, :")))
                .abs()
                .mean();
        NDArray right = painted.get(new NDIndex(":, :, :, 1:"))
                .sub(painted.get(new NDIndex(":, :, :, :-1")))
                .abs()
                .mean();
        return new Parts(unlike, foreign, down.add(right));
    }

    /** Mean squared difference by the mean square of what there should be. */
    private static NDArray relative(NDArray found, NDArray wanted) {
        NDArray target = wanted.duplicate();
        target.attach(found.getManager());
        return found.sub(target).square().mean().div(target.square().mean().add(1e-12f));
    }

    @Override
    public int steps(int epoch) {
        return recipe.stepsPerEpoch();
    }

    @Override
    public NDArray loss(int epoch, int step, NDManager scratch) {
        SplittableRandom random = recipe.random(epoch, step);
        List<Picture> patches = new ArrayList<>();
        for (int i = 0; i < recipe.batch(); i++) {
            patches.add(pool.patch(random));
        }
        Parts parts = parts(PictureArrays.unit(patches, scratch), true);
        return Scalars.times(parts.content(), weights.content())
                .add(Scalars.times(parts.style(), weights.style()))
                .add(Scalars.times(parts.roughness(), weights.smoothness()));
    }

    /** The parts of the loss on the held-out pictures. */
    @Override
    public Map<String, Double> evaluate() {
        double content = 0;
        double foreign = 0;
        for (int i = 0; i < heldOut.size(); i++) {
            try (NDManager scratch = manager.newSubManager()) {
                Parts parts = parts(sample(i, scratch), false);
                content += parts.content().getFloat();
                foreign += parts.style().getFloat();
            }
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("style", foreign / heldOut.size());
        metrics.put("content", content / heldOut.size());
        return metrics;
    }

    private NDArray sample(int index, NDManager owner) {
        Picture picture = heldOut.picture(index);
        int step = StylizingNetwork.STRIDE;
        return PictureArrays.unit(
                List.of(picture.cropCentre(picture.width() / step * step, picture.height() / step * step)), owner);
    }

    /** A picture as the network takes it, for checks. */
    NDArray sample() {
        return sample(0, manager);
    }
}
