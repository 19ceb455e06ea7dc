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

    /**
     * As fast as it goes: weights are prepared once, and activations may be rounded where the network's outputs change by less than a
     * fiftieth ({@link Precision#BOUNDED}).
     */
    public static final EngineOptions FASTEST = new EngineOptions(WeightMode.FAST, Precision.BOUNDED);

    /** The same with other weights. */
    public EngineOptions with(WeightMode mode) {
        return new EngineOptions(mode, precision);
    }

    /** The same with another precision. */
    public EngineOptions with(Precision other) {
        return new EngineOptions(weights, other);
    }
}
