package dev.signet.lab.calibrate;

import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.graph.WeightTensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * What the second and further layers that use a tensor see in the original network. A tensor is solved at its first use, when
 * the quantized inputs of the others do not exist yet; the original's stand for them. One set of statistics is kept for each
 * tensor that has several uses.
 */
final class LaterUses {
    /** The statistics of a tensor's further uses, averaged, and how many they are. */
    record Uses(LayerStatistics statistics, int count) {}

    private final Map<WeightTensor, Uses> uses = new HashMap<>();

    private LaterUses() {}

    /** No statistics of any tensor. */
    static LaterUses none() {
        return new LaterUses();
    }

    /** Walks through the original network, if any of the tensors has several uses. */
    static LaterUses of(
            OnnxModel model, List<WeightTensor> tensors, CalibrationSamples samples, ForkJoinPool pool, int threads) {
        var later = new LaterUses();
        List<WeightTensor> shared =
                tensors.stream().filter(tensor -> tensor.uses().size() > 1).toList();
        if (!shared.isEmpty()) {
            new NetworkWalk(model, shared, samples.batchStatistics(), threads)
                    .run(samples.copy(Integer.MAX_VALUE).chunks(), later.collector(pool, threads));
        }
        return later;
    }

    private NetworkWalk.Visitor collector(ForkJoinPool pool, int threads) {
        Set<WeightTensor> seen = new HashSet<>();
        return new NetworkWalk.Visitor() {
            @Override
            public @Nullable List<OnnxTensor> visit(NetworkWalk.Layer layer) {
                if (!seen.add(layer.tensor())) {
                    LayerStatistics.of(layer, pool, threads)
                            .ifPresent(here -> uses.merge(
                                    layer.tensor(),
                                    new Uses(here, 1),
                                    (all, one) -> new Uses(
                                            all.statistics().averagedWith(here, all.count()), all.count() + 1)));
                }
                return null;
            }
        };
    }

    /** The further uses of a tensor; empty where it has one only, or they have no statistics. */
    Optional<Uses> of(WeightTensor tensor) {
        return Optional.ofNullable(uses.get(tensor));
    }

    /** The mean over all uses of a tensor. */
    LayerStatistics averaged(WeightTensor tensor, LayerStatistics first) {
        return of(tensor)
                .map(others -> others.statistics().averagedWith(first, others.count()))
                .orElse(first);
    }
}
