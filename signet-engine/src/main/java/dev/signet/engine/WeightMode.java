package dev.signet.engine;

/** How a network holds weights that its file has packed. */
public enum WeightMode {
    /** As sign planes and coefficients, decoded tile by tile while the network runs: the file's size in memory. */
    PACKED,
    /** As floats, decoded once: faster where a layer has few outputs for each weight, and 8 to 16 times the memory. */
    DECODED
}
