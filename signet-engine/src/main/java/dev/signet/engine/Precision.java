package dev.signet.engine;

/** Whether kernels may round inside. */
public enum Precision {
    /** Never: what a network computes differs from any other fp32 runtime's result by the order of additions only. */
    EXACT,
    /**
     * Kernels that round activations to 8 bits run where they are faster and their stated bound is within the tolerance that
     * they document; all others are exact.
     */
    BOUNDED
}
