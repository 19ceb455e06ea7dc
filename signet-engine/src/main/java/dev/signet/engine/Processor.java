package dev.signet.engine;

import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.product.CostModel;

/** What one core of this machine can do. */
public final class Processor {
    /** Products of the unit in which {@link Layer#cost} counts. */
    public static final int LANES = Kernels.COLUMNS;

    private static final int ROUNDS = 7;

    private Processor() {}

    /**
     * Measures how many products a second the engine's largest micro-kernel does on operands in the L1 cache, the best of several
     * rounds of some hundredths of a second, after a warm-up.
     */
    public static double peak() {
        Kernels kernels = KernelChoice.kernels();
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            best = Math.max(best, CostModel.measure(kernels));
        }
        return best;
    }
}
