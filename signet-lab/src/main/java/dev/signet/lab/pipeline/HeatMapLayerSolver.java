package dev.signet.lab.pipeline;

import dev.signet.core.Grouping;
import dev.signet.core.HeatMap;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.Quantizer;
import dev.signet.core.WeightMatrix;
import dev.signet.lab.array.NpyArray;
import dev.signet.lab.array.NpzFile;
import dev.signet.lab.calibrate.LayerSolver;
import dev.signet.lab.calibrate.LayerStatistics;
import dev.signet.onnx.InputException;
import dev.signet.onnx.graph.WeightTensor;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Solves each layer by itself, its weights' errors weighted with a heat map. */
final class HeatMapLayerSolver implements LayerSolver {
    private final Method method;
    private final Grouping grouping;
    private final boolean offset;
    private final Importance importance;
    private final ToIntFunction<WeightTensor> bits;
    private final Map<String, NpyArray> file;

    HeatMapLayerSolver(
            Method method, Grouping grouping, boolean offset, Importance importance, ToIntFunction<WeightTensor> bits) {
        this.method = method;
        this.grouping = grouping;
        this.offset = offset;
        this.importance = importance;
        this.bits = bits;
        this.file = importance instanceof Importance.FromFile(var path) ? NpzFile.read(path) : Map.of();
    }

    @Override
    public boolean wantsStatistics() {
        return importance instanceof Importance.Activation;
    }

    @Override
    public MultiBitWeight solve(WeightTensor tensor, @Nullable LayerStatistics statistics, ForkJoinPool pool) {
        WeightMatrix matrix = tensor.matrix();
        HeatMap heatMap = heatMap(tensor, matrix, statistics);
        return new Quantizer(method, bits.applyAsInt(tensor), grouping, offset, heatMap).quantize(matrix, pool);
    }

    private HeatMap heatMap(WeightTensor tensor, WeightMatrix matrix, @Nullable LayerStatistics statistics) {
        return switch (importance) {
            case Importance.Uniform() -> new HeatMap.Uniform();
            case Importance.L1(double p) -> new HeatMap.L1(p);
            case Importance.Activation() ->
                statistics == null ? new HeatMap.Uniform() : new HeatMap.Given(statistics.inputPower(matrix));
            case Importance.FromFile(var path) -> {
                NpyArray array = file.get(tensor.name());
                if (array == null) {
                    throw InputException.of(
                            path + ": tensor '" + tensor.name() + "'",
                            "the heat map file has no array of this name",
                            "save one for each tensor that is quantized, or --exclude the tensor");
                }
                if (!Arrays.equals(array.shape(), tensor.shape())) {
                    throw InputException.of(
                            path + ": array '" + tensor.name() + "'",
                            "shape %s where the tensor has %s"
                                    .formatted(Arrays.toString(array.shape()), Arrays.toString(tensor.shape())),
                            "save it in the tensor's shape");
                }
                yield new HeatMap.Given(tensor.view().matrix(array.values()).values());
            }
        };
    }
}
