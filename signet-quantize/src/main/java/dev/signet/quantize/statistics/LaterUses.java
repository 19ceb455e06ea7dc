package dev.signet.quantize.statistics;

import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.walk.NetworkWalk;
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
public final class LaterUses {
    /** The statistics of a tensor's further uses, averaged, and how many they are. */
    public record Uses(LayerStatistics statistics, int count) {}

    private final Map<WeightTensor, Uses> uses = new HashMap<>();

    private LaterUses() {}

    /** No statistics of any tensor. */
    public static LaterUses none() {
        return new LaterUses();
    }

    /** Walks through the original network, if any of the tensors has several uses. */
    public static LaterUses of(
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
    public Optional<Uses> of(WeightTensor tensor) {
        return Optional.ofNullable(uses.get(tensor));
    }

    /** The mean over all uses of a tensor. */
    public LayerStatistics averaged(WeightTensor tensor, LayerStatistics first) {
        return of(tensor)
                .map(others -> others.statistics().averagedWith(first, others.count()))
                .orElse(first);
    }
}
