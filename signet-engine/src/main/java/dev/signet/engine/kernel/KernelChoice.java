package dev.signet.engine.kernel;

/**
 * Which twin runs. The Vector API twin where its module is there; the system property {@code signet.vectorization} set to
 * {@code scalar} or {@code vector} forces one.
 */
public final class KernelChoice {
    /** The system property that forces a twin. */
    public static final String PROPERTY = "signet.vectorization";

    private static final System.Logger LOG = System.getLogger(KernelChoice.class.getName());
    private static final Kernels CHOSEN = choose();

    private KernelChoice() {}

    /** The kernels of this process. */
    public static Kernels kernels() {
        return CHOSEN;
    }

    /** The plain twin, to compare with. */
    public static Kernels scalar() {
        return new ScalarKernels();
    }

    private static Kernels choose() {
        String wanted = System.getProperty(PROPERTY, "");
        if (wanted.equals("scalar")) {
            LOG.log(System.Logger.Level.DEBUG, "plain kernels: forced by {0}", PROPERTY);
            return new ScalarKernels();
        }
        boolean there = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        if (there) {
            return new VectorKernels();
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "plain kernels (about 15 times slower): start java with --add-modules jdk.incubator.vector");
        return new ScalarKernels();
    }
}
