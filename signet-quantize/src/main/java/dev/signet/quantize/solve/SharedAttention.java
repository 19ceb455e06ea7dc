package dev.signet.quantize.solve;

import dev.signet.core.compute.Compute;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.attention.AttentionHeatMap;
import dev.signet.quantize.attention.AttentionLayer;
import dev.signet.quantize.statistics.LayerStatistics;
import dev.signet.quantize.statistics.OriginalStatistics;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One attention module for all layers of a network: collects what is known of them in the original network, then trains. */
public final class SharedAttention implements OriginalStatistics.Listener {
    /** Numbers of layers' statistics that are kept: 512 MB. Layers that come when they are spent are not trained on. */
    private static final long ROOM = 1L << 27;

    private final Function<WeightTensor, Quantizer> quantizers;
    private final double blend;
    private final boolean corrected;
    private final long seed;
    private final Compute compute;
    private final Map<WeightTensor, AttentionLayer> layers = new LinkedHashMap<>();
    private final Map<WeightTensor, float[]> importances = new HashMap<>();
    private long room = ROOM;

    SharedAttention(
            Function<WeightTensor, Quantizer> quantizers, double blend, boolean corrected, long seed, Compute compute) {
        this.quantizers = quantizers;
        this.blend = blend;
        this.corrected = corrected;
        this.seed = seed;
        this.compute = compute;
    }

    @Override
    public void seen(WeightTensor tensor, @Nullable LayerStatistics statistics) {
        if (statistics == null) {
            return;
        }
        AttentionLayer layer =
                AttentionLayer.of(quantizers.apply(tensor), tensor.matrix(), statistics, blend, corrected, compute);
        boolean fits = layer.formSize() <= room;
        room -= fits ? layer.formSize() : 0;
        layers.put(tensor, fits ? layer : layer.withoutForms());
    }

    /** Trains the module, and lets go of the statistics. */
    public void train() {
        List<float[]> found = AttentionHeatMap.ofAllLayers(List.copyOf(layers.values()), seed, compute);
        int next = 0;
        for (WeightTensor tensor : layers.keySet()) {
            importances.put(tensor, found.get(next++));
        }
        layers.clear();
    }

    /** The heat map of a tensor; null where nothing is known of its layers. */
    float @Nullable [] importance(WeightTensor tensor) {
        return importances.get(tensor);
    }
}
