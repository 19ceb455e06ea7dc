package dev.signet.quantize.input;

import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.drawn.Scene;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Finds out in which range a network takes its pictures: tries all that are usual on a few drawn ones ({@link RangeEvidence}). */
public final class RangeFinder {
    private static final int PICTURES = 3;
    private static final long ENOUGH_PIXELS = 150_000;

    /** What is within this many nats of the best is as good. */
    private static final double UNDECIDED = 0.9;

    /** Far above what 0..1 becomes in any network that keeps the range, and far below any photo's level in 0..255. */
    private static final double LEVEL_OF_BYTES = 8;

    private final OnnxModel model;
    private final List<TensorSpec> outputs;
    private final int threads;

    /** @param outputs of the model */
    public RangeFinder(OnnxModel model, List<TensorSpec> outputs, int threads) {
        this.model = model;
        this.outputs = outputs;
        this.threads = threads;
    }

    /**
     * The range of one input.
     *
     * @param input with pictures
     * @param layout of its pictures
     * @param others makes what the other inputs are fed with, for a batch
     */
    public RangeChoice of(NetworkInput input, InputLayout layout, Function<Integer, Map<String, OnnxTensor>> others) {
        boolean classifier = !outputs.isEmpty() && outputs.getFirst().shape().length == 2;
        boolean toPicture = !outputs.isEmpty()
                && outputs.getFirst().shape().length >= 3
                && layout.channels() <= 3
                && (long) layout.width() * layout.height() <= 320 * 320;
        var nats = new EnumMap<ValueRange, Double>(ValueRange.class);
        var evidence = new EnumMap<ValueRange, RangeEvidence>(ValueRange.class);
        try (RangeProbe probe =
                RangeProbe.open(model, input.spec().name(), toPicture, threads).orElse(null)) {
            if (probe == null) {
                return new RangeChoice(
                        List.of(classifier ? ValueRange.IMAGENET : ValueRange.UNIT), 0.4, "what is usual");
            }
            for (ValueRange range : ValueRange.values()) {
                RangeEvidence found = tried(probe, range, input, layout, others, toPicture);
                evidence.put(range, found);
                nats.put(range, found.nats() + range.prior() + (classifier && range == ValueRange.IMAGENET ? 3 : 0));
            }
        } catch (InputException e) {
            return new RangeChoice(List.of(classifier ? ValueRange.IMAGENET : ValueRange.UNIT), 0.4, "what is usual");
        }
        if (isRestoration(evidence)) {
            evidence.forEach((range, found) -> {
                if (!found.keepsPictures()) {
                    nats.put(range, -100.0);
                }
            });
            nats.merge(ValueRange.UNIT, 3.0, Double::sum);
        }
        // Style transfer normalizes whatever it gets, and gives what its pictures are.
        RangeEvidence unit = evidence.get(ValueRange.UNIT);
        if (toPicture && unit != null && unit.outputLevel() > LEVEL_OF_BYTES && !isRestoration(evidence)) {
            nats.merge(ValueRange.BYTES, 6.0, Double::sum);
        }
        return choice(nats, unit != null && unit.hasStored());
    }

    private static boolean isRestoration(Map<ValueRange, RangeEvidence> evidence) {
        return evidence.values().stream().anyMatch(RangeEvidence::keepsPictures);
    }

    private RangeEvidence tried(
            RangeProbe probe,
            ValueRange range,
            NetworkInput input,
            InputLayout layout,
            Function<Integer, Map<String, OnnxTensor>> others,
            boolean toPicture) {
        var found = new RangeEvidence(probe.observed());
        int batch = Math.max(1, layout.batch());
        String output = model.proto().getGraph().getOutput(0).getName();
        int pictures = Math.clamp(ENOUGH_PIXELS / ((long) batch * layout.width() * layout.height()), 1, PICTURES);
        for (int i = 0; i < pictures; i++) {
            Picture picture = Scene.draw(layout.width(), layout.height(), new SplittableRandom(31 + i));
            float[] values = new float[Math.multiplyExact(batch, layout.imageLength())];
            for (int b = 0; b < batch; b++) {
                layout.write(picture, range.preprocessing(), values, b * layout.imageLength());
            }
            Map<String, OnnxTensor> feeds = others.apply(batch);
            feeds.put(input.spec().name(), OnnxRuntimeModel.tensor(input.spec(), values, input.shape(batch)));
            try {
                Map<String, Tensor> seen = probe.run(feeds);
                Tensor out = toPicture ? seen.get(output) : null;
                found.add(seen, out, out != null && batch == 1 ? PictureLikeness.of(layout, values, out) : null);
            } finally {
                feeds.values().forEach(OnnxTensor::close);
            }
        }
        return found;
    }

    private static RangeChoice choice(Map<ValueRange, Double> nats, boolean stored) {
        double best =
                nats.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
        double all = nats.values().stream().mapToDouble(n -> Math.exp(n - best)).sum();
        List<ValueRange> ranges = new ArrayList<>(nats.keySet());
        ranges.sort(Comparator.comparingDouble((ValueRange range) -> -nats.getOrDefault(range, 0.0)));
        List<ValueRange> good = ranges.stream()
                .filter(range -> nats.getOrDefault(range, -100.0) > best - UNDECIDED)
                .limit(2)
                .toList();
        return new RangeChoice(
                good, 1 / all, stored ? "stored statistics" : "the first bias, and layers in their working range");
    }
}
