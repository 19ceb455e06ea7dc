package dev.signet.engine;

/**
 * What the caller may choose of how a network is run.
 *
 * @param weights memory against speed
 * @param precision whether kernels may round inside
 */
public record EngineOptions(WeightMode weights, Precision precision) {
    /** Weights stay packed, nothing is rounded. */
    public static final EngineOptions DEFAULT = new EngineOptions(WeightMode.PACKED, Precision.EXACT);

    /** The same with other weights. */
    public EngineOptions with(WeightMode mode) {
        return new EngineOptions(mode, precision);
    }

    /** The same with another precision. */
    public EngineOptions with(Precision other) {
        return new EngineOptions(weights, other);
    }
}
