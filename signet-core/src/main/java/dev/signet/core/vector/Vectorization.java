package dev.signet.core.vector;

import java.lang.System.Logger.Level;

/**
 * Chooses the kernels, once: the Vector API's where its module is present, plain Java's otherwise. The system property
 * {@code signet.vectorization} forces {@code scalar} or {@code vector}.
 */
public final class Vectorization {
    /** The system property that forces a choice. */
    public static final String PROPERTY = "signet.vectorization";

    private static final SolverKernels KERNELS = choose(System.getProperty(PROPERTY, ""));

    private Vectorization() {}

    /** The kernels that this process uses. */
    public static SolverKernels kernels() {
        return KERNELS;
    }

    /** The plain Java kernels, whatever was chosen: for tests and benchmarks that compare the two. */
    public static SolverKernels scalar() {
        return new ScalarKernels();
    }

    private static SolverKernels choose(String forced) {
        if (forced.equals("scalar")) {
            return scalar();
        }
        if (!forced.isEmpty() && !forced.equals("vector")) {
            log("%s=%s is neither scalar nor vector: ignored".formatted(PROPERTY, forced));
        }
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            return VectorProvider.create();
        }
        log("the module jdk.incubator.vector is not there (start java with --add-modules jdk.incubator.vector):"
                + " the solvers run in plain Java, several times slower");
        return scalar();
    }

    private static void log(String message) {
        System.getLogger(Vectorization.class.getName()).log(Level.WARNING, message);
    }

    /** Keeps the incubator's classes from being loaded before it is known that they exist. */
    private static final class VectorProvider {
        private VectorProvider() {}

        static SolverKernels create() {
            return new VectorKernels();
        }
    }
}
