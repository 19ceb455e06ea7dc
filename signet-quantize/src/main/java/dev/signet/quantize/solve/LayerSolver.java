package dev.signet.quantize.solve;

import dev.signet.core.MultiBitWeight;
import dev.signet.core.compute.Compute;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.statistics.LayerStatistics;
import org.jspecify.annotations.Nullable;

/** Finds the multi-bit weights of one layer. */
public interface LayerSolver {
    /** Whether it makes use of a layer's Gram matrix, which takes time to collect. */
    boolean wantsStatistics();

    /**
     * Quantizes a tensor.
     *
     * @param statistics of the layers that use the tensor, averaged; null where they were not wanted or can not be had
     */
    MultiBitWeight solve(WeightTensor tensor, @Nullable LayerStatistics statistics, Compute compute);
}
