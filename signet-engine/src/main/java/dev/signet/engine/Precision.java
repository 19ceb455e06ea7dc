package dev.signet.engine;

/** Whether kernels may round inside. */
public enum Precision {
    /** Never: what a network computes differs from any other fp32 runtime's result by the order of additions only. */
    EXACT,
    /**
     * Kernels that round activations to 8 bits ({@link dev.signet.engine.kernel.LookupKernels} states their bound) run where they are
     * faster and the network bears it: the first inputs of each shape are run both ways, and if the root of the mean squared change
     * of an output is more than 2 % of that output's, or the largest more than 3 % of its largest value, all runs are exact. Which way it went stays so for the network.
     */
    BOUNDED
}
