package dev.signet.engine.product;

/**
 * What a product may use.
 *
 * @param store where prepared weights are kept
 * @param rounding whether kernels may round
 * @param workers how many will share the work
 */
public record Means(WeightStore store, Rounding rounding, int workers) {}
