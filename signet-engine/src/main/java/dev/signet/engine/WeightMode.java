package dev.signet.engine;

/** How a network holds weights that its file has packed: memory against speed. */
public enum WeightMode {
    /** As sign planes and coefficients, decoded slab by slab while the network runs: the file's size in memory. */
    PACKED,
    /**
     * Those that pay for it are also decoded or transformed once, when the first plan is made that needs them: up to 8 to 16
     * times the memory. Weights whose product is faster from the sign planes stay packed.
     */
    FAST
}
