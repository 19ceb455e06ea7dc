package dev.signet.quantize.solve;

import dev.signet.core.Grouping;
import dev.signet.core.HeatMap;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.Compute;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.statistics.LayerStatistics;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Solves each layer by itself, its weights' errors weighted with a heat map. */
public final class HeatMapLayerSolver implements LayerSolver {
    private final Method method;
    private final Grouping grouping;
    private final boolean offset;
    private final HeatMapSource heatMaps;
    private final ToIntFunction<WeightTensor> bits;

    public HeatMapLayerSolver(
            Method method,
            Grouping grouping,
            boolean offset,
            HeatMapSource heatMaps,
            ToIntFunction<WeightTensor> bits) {
        this.method = method;
        this.grouping = grouping;
        this.offset = offset;
        this.heatMaps = heatMaps;
        this.bits = bits;
    }

    /** The solver of a tensor, its heat map left out. */
    public Quantizer quantizer(WeightTensor tensor) {
        return new Quantizer(method, bits.applyAsInt(tensor), grouping, offset, new HeatMap.Uniform());
    }

    @Override
    public boolean wantsStatistics() {
        return heatMaps.wantsStatistics();
    }

    @Override
    public MultiBitWeight solve(WeightTensor tensor, @Nullable LayerStatistics statistics, Compute compute) {
        WeightMatrix matrix = tensor.matrix();
        Quantizer quantizer = quantizer(tensor);
        HeatMap heatMap = heatMaps.of(tensor, matrix, quantizer, statistics, compute);
        return quantizer.heatMap(heatMap).quantize(matrix, compute.pool());
    }
}
