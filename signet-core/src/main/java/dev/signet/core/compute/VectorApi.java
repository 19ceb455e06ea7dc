package dev.signet.core.compute;

import java.lang.System.Logger.Level;

/**
 * Whether kernels use the Vector API: where its module is present, unless the system property {@link #PROPERTY} says {@code scalar}.
 * Decided once for the whole process, with one warning where plain Java is not what was asked for.
 */
public final class VectorApi {
    /** The system property that forces {@code scalar} or {@code vector} kernels. */
    public static final String PROPERTY = "signet.vectorization";

    private static final boolean USED = decide(System.getProperty(PROPERTY, ""));

    private VectorApi() {}

    /** Whether classes that use the Vector API may be loaded. */
    public static boolean isUsed() {
        return USED;
    }

    private static boolean decide(String forced) {
        if (forced.equals("scalar")) {
            return false;
        }
        if (!forced.isEmpty() && !forced.equals("vector")) {
            warn(PROPERTY + "=" + forced + " is neither scalar nor vector: ignored");
        }
        boolean there = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        if (!there) {
            warn("the module jdk.incubator.vector is not there (start java with --add-modules jdk.incubator.vector):"
                    + " plain Java runs instead, about 15 times slower");
        }
        return there;
    }

    private static void warn(String message) {
        System.getLogger(VectorApi.class.getName()).log(Level.WARNING, message);
    }
}
