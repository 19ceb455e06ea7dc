package dev.signet.core.vector;

import dev.signet.core.compute.VectorApi;

/** Chooses the kernels of the solvers, once ({@link VectorApi}). */
public final class Vectorization {
    private static final SolverKernels KERNELS = VectorApi.isUsed() ? VectorProvider.create() : scalar();

    private Vectorization() {}

    /** The kernels that this process uses. */
    public static SolverKernels kernels() {
        return KERNELS;
    }

    /** The plain Java kernels, whatever was chosen: for tests and benchmarks that compare the two. */
    public static SolverKernels scalar() {
        return new ScalarKernels();
    }

    /** Keeps the incubator's classes from being loaded before it is known that they exist. */
    private static final class VectorProvider {
        private VectorProvider() {}

        static SolverKernels create() {
            return new VectorKernels();
        }
    }
}
