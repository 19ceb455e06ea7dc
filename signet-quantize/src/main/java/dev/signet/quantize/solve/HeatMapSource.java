package dev.signet.quantize.solve;

import dev.signet.core.HeatMap;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.Compute;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.onnx.InputException;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.attention.AttentionHeatMap;
import dev.signet.quantize.attention.AttentionLayer;
import dev.signet.quantize.statistics.LayerStatistics;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where the heat map of each tensor comes from. Remembers what it gave. */
public final class HeatMapSource {
    private final Importance importance;
    private final double blend;
    private final boolean corrected;
    private final long seed;
    private final @Nullable HeatMapFile file;
    private final Map<WeightTensor, float[]> given = new LinkedHashMap<>();
    private @Nullable SharedAttention shared;

    /**
     * @param blend how far second moments are drawn to the part inside each input channel, 0 to 1
     * @param corrected whether mean and deviation of output channels are matched
     * @param seed of the attention module
     * @throws InputException if the file of heat maps can not be read
     */
    public HeatMapSource(Importance importance, double blend, boolean corrected, long seed) {
        this.importance = importance;
        this.blend = blend;
        this.corrected = corrected;
        this.seed = seed;
        this.file = importance instanceof Importance.FromFile(var path) ? new HeatMapFile(path) : null;
    }

    /** Whether heat maps are made of the statistics of layers behind the quantized prefix. */
    boolean wantsStatistics() {
        return importance instanceof Importance.Activation
                || (importance instanceof Importance.Attention(var all) && !all);
    }

    /** Where one module is trained for all layers: what is to hear of all layers first, and be trained. */
    @Nullable
    public SharedAttention shared(Function<WeightTensor, Quantizer> quantizers, Compute compute) {
        if (importance instanceof Importance.Attention(var all) && all) {
            shared = new SharedAttention(quantizers, blend, corrected, seed, compute);
        }
        return shared;
    }

    /** What was given for each tensor so far, in the order of its matrix. */
    public Map<WeightTensor, float[]> given() {
        return given;
    }

    /**
     * The heat map of a tensor.
     *
     * @param quantizer the solver that it is for
     * @param statistics of the layers that use it; null where there are none, which gives a uniform heat map where they are needed
     * @throws InputException if the file has none, or one of another shape
     */
    HeatMap of(
            WeightTensor tensor,
            WeightMatrix matrix,
            Quantizer quantizer,
            @Nullable LayerStatistics statistics,
            Compute compute) {
        HeatMap heatMap = heatMap(tensor, matrix, quantizer, statistics, compute);
        float[] values = heatMap.importance(matrix);
        if (values == null) {
            values = new float[matrix.size()];
            Arrays.fill(values, 1);
        }
        given.put(tensor, values);
        return heatMap;
    }

    private HeatMap heatMap(
            WeightTensor tensor,
            WeightMatrix matrix,
            Quantizer quantizer,
            @Nullable LayerStatistics statistics,
            Compute compute) {
        return switch (importance) {
            case Importance.Uniform() -> new HeatMap.Uniform();
            case Importance.L1(double p) -> new HeatMap.L1(p);
            case Importance.Activation() ->
                statistics == null ? new HeatMap.Uniform() : new HeatMap.Given(statistics.inputPower(matrix));
            case Importance.Attention(boolean all) -> {
                if (all) {
                    float[] values = shared == null ? null : shared.importance(tensor);
                    yield values == null ? new HeatMap.Uniform() : new HeatMap.Given(values);
                }
                yield statistics == null
                        ? new HeatMap.Uniform()
                        : new HeatMap.Given(AttentionHeatMap.ofLayer(
                                AttentionLayer.of(quantizer, matrix, statistics, blend, corrected, compute),
                                seed,
                                compute));
            }
            case Importance.FromFile(Path path) ->
                new HeatMap.Given(Objects.requireNonNull(file).importance(tensor));
        };
    }
}
