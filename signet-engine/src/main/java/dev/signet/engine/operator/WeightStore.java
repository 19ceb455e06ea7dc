package dev.signet.engine.operator;

import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.kernel.Kernels;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Panels of a network's weights, made once and shared by all its plans. For all threads. */
public final class WeightStore {
    private final Map<WeightRows, float[]> panels = new ConcurrentHashMap<>();
    private final Map<WeightRows, float[]> strips = new ConcurrentHashMap<>();

    /** Weights with their panels; without them if they are packed, which are decoded in every run. */
    WeightPanels prepare(Kernels kernels, WeightRows weights) {
        // Rows are equal if they are the same part of the same array.
        return isDense(weights)
                ? new WeightPanels(weights, panels.computeIfAbsent(weights, rows -> Panels.of(kernels, rows)))
                : WeightPanels.onTheWay(weights);
    }

    /** Weights for inputs of {@code batch} rows: a single row needs no panels. */
    WeightPanels layer(WeightRows weights, int batch) {
        return batch == 1 ? WeightPanels.onTheWay(weights) : prepare(KernelChoice.kernels(), weights);
    }

    /** Weights in strips of filters ({@link FilterProduct#strips}). */
    float[] strips(WeightRows weights) {
        return strips.computeIfAbsent(weights, FilterProduct::strips);
    }

    /** Whether these are floats in memory, not packed. */
    static boolean isDense(WeightRows weights) {
        return switch (weights) {
            case DenseRows dense -> true;
            case TransposedRows transposed -> true;
            case TapRows some -> isDense(some.all());
            default -> false;
        };
    }
}
