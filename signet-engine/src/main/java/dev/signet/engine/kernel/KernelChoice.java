package dev.signet.engine.kernel;

import dev.signet.core.compute.VectorApi;

/** Which twin runs ({@link VectorApi}), and whether one way to compute convolutions is forced. */
public final class KernelChoice {
    /**
     * The system property that forces one way to compute convolutions, where it is possible: {@code direct}, {@code winograd2},
     * {@code winograd4} (which have the same tile where the window is 5 x 5), or {@code lookup}, which needs a network that may round.
     */
    public static final String CONVOLUTION = "signet.convolution";

    private static final Kernels CHOSEN = VectorApi.isUsed() ? new VectorKernels() : new ScalarKernels();

    private KernelChoice() {}

    /** What {@link #CONVOLUTION} says; nothing if it is not set. */
    public static String convolution() {
        return System.getProperty(CONVOLUTION, "");
    }

    /** The kernels of this process. */
    public static Kernels kernels() {
        return CHOSEN;
    }

    /** The plain twin, to compare with. */
    public static Kernels scalar() {
        return new ScalarKernels();
    }
}
