package dev.signet.engine.product;

/**
 * How a step is done, and what that should cost.
 *
 * @param strategy the algorithm, in a word or two
 * @param products multiplications of the sum that defines the operator, whatever the strategy makes of them; 0 for one that has none
 * @param cost in the time in which a micro-kernel of {@link dev.signet.engine.kernel.Kernels#multiplyFilters} does one row of one
 *     step of its depth, {@link dev.signet.engine.kernel.Kernels#COLUMNS} products
 */
public record Estimate(String strategy, long products, double cost) {
    /** The same from several such steps one after the other. */
    public Estimate times(long count) {
        return new Estimate(strategy, products * count, cost * count);
    }

    /** Two steps one after the other, called by the first one's name. */
    public Estimate plus(Estimate other) {
        return new Estimate(strategy, products + other.products, cost + other.cost);
    }
}
