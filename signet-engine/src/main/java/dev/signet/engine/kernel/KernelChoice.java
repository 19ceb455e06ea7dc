package dev.signet.engine.kernel;

/**
 * Which twin runs. The Vector API twin where its module is there; the system property {@code signet.vectorization} set to
 * {@code scalar} or {@code vector} forces one.
 */
public final class KernelChoice {
    /** The system property that forces a twin. */
    public static final String PROPERTY = "signet.vectorization";

    /**
     * The system property that forces one way to compute convolutions, where it is possible: {@code direct}, {@code winograd2},
     * {@code winograd4} (which have the same tile where the window is 5 x 5), or {@code lookup}, which needs a network that may round.
     */
    public static final String CONVOLUTION = "signet.convolution";

    private static final System.Logger LOG = System.getLogger(KernelChoice.class.getName());
    private static final Kernels CHOSEN = choose();

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
