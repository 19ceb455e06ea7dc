package dev.signet.lab.plan;

import dev.signet.lab.dataset.LabelledImages;
import dev.signet.lab.dataset.Pictures;
import dev.signet.lab.dataset.ResolutionPairs;
import dev.signet.lab.task.Classification;
import dev.signet.lab.task.ShardedTask;
import dev.signet.lab.task.StyleTransfer;
import dev.signet.lab.task.SuperResolution;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputRange;
import dev.signet.quantize.runtime.RunnableModel;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The tasks of a plan's models, on some of the images at a time; images and the originals' pictures are kept while there is room. */
final class TaskSource {
    private record Key(Object of, int from, int to) {}

    private final Sources sources;
    private final Map<Key, SoftReference<Object>> kept = new ConcurrentHashMap<>();

    TaskSource(Sources sources) {
        this.sources = sources;
    }

    /** How many images a model is measured on. */
    int images(PlanModel model) {
        return switch (Objects.requireNonNull(model.task())) {
            case CLASSIFICATION -> labelled(model).size();
            case SUPER_RESOLUTION -> pairs(model).high().size();
            case STYLE_TRANSFER -> pictures(model).size();
            case AGREEMENT, DETECTION, SEGMENTATION, FEATURES, TEXT, SOUND -> throw noTaskOfPlans(model);
        };
    }

    /** The task on the images {@code from} (inclusive) to {@code to} (exclusive). */
    ShardedTask open(PlanModel model, RunnableModel original, int from, int to) {
        return switch (Objects.requireNonNull(model.task())) {
            case CLASSIFICATION ->
                new Classification(
                        labelled(model).range(from, to), model.input().or(Preprocessing.CLASSIFICATION));
            case SUPER_RESOLUTION ->
                kept(
                        new Key(model, from, to),
                        SuperResolution.class,
                        () -> SuperResolution.of(
                                original, pairs(model).range(from, to), model.upscale(), ofPictures(model, original)));
            case STYLE_TRANSFER ->
                kept(
                        new Key(model, from, to),
                        StyleTransfer.class,
                        () -> StyleTransfer.against(
                                original, pictures(model).range(from, to), ofPictures(model, original), done -> {}));
            case AGREEMENT, DETECTION, SEGMENTATION, FEATURES, TEXT, SOUND -> throw noTaskOfPlans(model);
        };
    }

    private static IllegalStateException noTaskOfPlans(PlanModel model) {
        return new IllegalStateException("no task of plans: " + model.taskText());
    }

    private static Preprocessing ofPictures(PlanModel model, RunnableModel original) {
        return model.input().or(InputRange.ofImages(original)).withoutResizing();
    }

    private LabelledImages labelled(PlanModel model) {
        return kept(
                new Key(model.data(), 0, model.limit()),
                LabelledImages.class,
                () -> LabelledImages.open(sources.data(model.data()), model.limit()));
    }

    private ResolutionPairs pairs(PlanModel model) {
        return ResolutionPairs.open(
                sources.data(model.data()), model.limit(), model.input().resize());
    }

    private Pictures pictures(PlanModel model) {
        return Pictures.open(
                sources.data(model.data()), model.limit(), model.input().resize());
    }

    private <T> T kept(Key key, Class<T> kind, Supplier<T> opener) {
        SoftReference<Object> reference = kept.get(key);
        @Nullable Object there = reference == null ? null : reference.get();
        if (kind.isInstance(there)) {
            return kind.cast(there);
        }
        T opened = opener.get();
        kept.put(key, new SoftReference<>(opened));
        return opened;
    }
}
