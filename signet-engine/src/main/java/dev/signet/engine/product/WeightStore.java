package dev.signet.engine.product;

import dev.signet.engine.kernel.Kernels;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** What a network's plans prepare from its weights, made once and shared by all of them. For all threads. */
public final class WeightStore {
    private final boolean fast;
    private final Map<WeightRows, float[]> panels = new ConcurrentHashMap<>();
    private final Map<WeightRows, float[]> strips = new ConcurrentHashMap<>();
    private final Map<Key, float[]> others = new ConcurrentHashMap<>();

    private record Key(WeightRows weights, Object form) {}

    /** @param fast whether packed weights may be decoded or transformed once, too */
    public WeightStore(boolean fast) {
        this.fast = fast;
    }

    /** Nothing is decoded once. */
    public static WeightStore packed() {
        return new WeightStore(false);
    }

    /** Whether {@code weights} are prepared once: floats always are. */
    public boolean prepares(WeightRows weights) {
        return fast || isDense(weights);
    }

    /** Bytes of what was prepared so far. */
    public long bytes() {
        long floats = 0;
        for (float[] prepared : panels.values()) {
            floats += prepared.length;
        }
        for (float[] prepared : strips.values()) {
            floats += prepared.length;
        }
        for (float[] prepared : others.values()) {
            floats += prepared.length;
        }
        return floats * Float.BYTES;
    }

    /** Weights with their panels; without them if they are decoded in every run. */
    WeightPanels prepare(Kernels kernels, WeightRows weights) {
        // Rows are equal if they are the same part of the same array.
        return prepares(weights)
                ? new WeightPanels(weights, panels.computeIfAbsent(weights, rows -> Panels.of(kernels, rows)))
                : WeightPanels.onTheWay(weights);
    }

    /** Weights in strips of filters ({@link FilterProduct#strips}). */
    float[] strips(WeightRows weights) {
        return strips.computeIfAbsent(weights, FilterProduct::strips);
    }

    /**
     * What {@code prepare} makes of weights; an empty array if they are decoded in every run.
     *
     * @param form says, beside the weights, what is made
     */
    public float[] prepared(WeightRows weights, Object form, Function<WeightRows, float[]> prepare) {
        return prepares(weights)
                ? others.computeIfAbsent(new Key(weights, form), key -> prepare.apply(weights))
                : new float[0];
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
