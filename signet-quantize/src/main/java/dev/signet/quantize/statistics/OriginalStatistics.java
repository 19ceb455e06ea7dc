package dev.signet.quantize.statistics;

import ai.onnxruntime.OnnxTensor;
import dev.signet.core.compute.Compute;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.scan.WeightUse;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.walk.Layer;
import dev.signet.quantize.walk.NetworkWalk;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statistics of all layers in the original network, one after the other: memory holds those of the layer that is looked at. */
public final class OriginalStatistics {
    private final OnnxModel model;
    private final List<WeightTensor> tensors;
    private final Compute compute;

    /** @param tensors whose layers are looked at */
    public OriginalStatistics(OnnxModel model, List<WeightTensor> tensors, Compute compute) {
        this.model = model;
        this.tensors = tensors;
        this.compute = compute;
    }

    /** Hears of a tensor when all layers that use it were seen. */
    public interface Listener {
        /**
         * All layers that use a tensor were seen.
         *
         * @param statistics averaged over these layers; null where they have none
         */
        void seen(WeightTensor tensor, @Nullable LayerStatistics statistics);
    }

    /**
     * Walks through the network.
     *
     * @param samples closed when done
     * @param task hears how many of the network's nodes are done
     */
    public void collect(CalibrationSamples samples, Progress.Task task, Listener listener) {
        walk(samples, task, 0, (tensor, all) -> listener.seen(tensor, all == null ? null : all.statistics()));
    }

    /**
     * What the second and further layers that use a tensor see. A tensor is solved at its first use, when the quantized inputs of
     * the others do not exist yet; the original's stand for them.
     *
     * @param samples not closed
     * @return for each tensor that has several uses, as far as they have statistics
     */
    public Map<WeightTensor, AveragedStatistics> ofLaterUses(CalibrationSamples samples) {
        Map<WeightTensor, AveragedStatistics> later = new HashMap<>();
        List<WeightTensor> shared =
                tensors.stream().filter(tensor -> layers(tensor) > 1).toList();
        if (!shared.isEmpty()) {
            try (Progress.Task task = Progress.NONE.start("shared weights", 0)) {
                new OriginalStatistics(model, shared, compute)
                        .walk(samples.copy(Integer.MAX_VALUE), task, 1, (tensor, all) -> {
                            if (all != null) {
                                later.put(tensor, all);
                            }
                        });
            }
        }
        return later;
    }

    private static long layers(WeightTensor tensor) {
        return tensor.uses().stream().filter(WeightUse::isLayer).count();
    }

    private interface OfAll {
        void seen(WeightTensor tensor, @Nullable AveragedStatistics all);
    }

    /** @param skipped uses of each tensor, from the first on, that do not count */
    private void walk(CalibrationSamples samples, Progress.Task task, int skipped, OfAll listener) {
        Map<WeightTensor, AveragedStatistics> open = new HashMap<>();
        Map<WeightTensor, Integer> seen = new HashMap<>();
        tensors.stream().filter(tensor -> layers(tensor) == 0).forEach(tensor -> listener.seen(tensor, null));
        new NetworkWalk(model, tensors, samples.batchStatistics(), compute)
                .run(samples.chunks(), new NetworkWalk.Visitor() {
                    @Override
                    public void progress(int done, int total) {
                        task.at(done);
                    }

                    @Override
                    public @Nullable List<OnnxTensor> visit(Layer layer) {
                        WeightTensor tensor = layer.tensor();
                        int uses = seen.merge(tensor, 1, Integer::sum);
                        if (uses > skipped) {
                            LayerStatistics.of(layer, compute)
                                    .ifPresent(here -> open.merge(
                                            tensor, new AveragedStatistics(here, 1), (all, one) -> all.with(here)));
                        }
                        if (uses == layers(tensor)) {
                            listener.seen(tensor, open.remove(tensor));
                        }
                        return null;
                    }
                });
    }
}
