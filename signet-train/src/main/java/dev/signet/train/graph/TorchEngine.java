package dev.signet.train.graph;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.signet.onnx.InputException;
import java.util.Locale;

/** PyTorch, as it comes in DJL's jars. Opened by what trains, and by nothing else of Signet. */
public final class TorchEngine {
    private TorchEngine() {}

    /** Whether this machine is one that the jars have PyTorch for: Linux on x86-64. */
    public static boolean isSupported() {
        String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        boolean x86 = architecture.equals("amd64") || architecture.equals("x86_64");
        return x86 && System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
    }

    /**
     * Starts PyTorch; on first use it is unpacked from the jars (450 MB, into {@code ~/.djl.ai} or {@code DJL_CACHE_DIR}). Nothing
     * is downloaded.
     *
     * @param threads threads of one operator; they hold for the whole process
     * @return what arrays are made with; closing it frees them
     * @throws InputException if there is no PyTorch for this machine
     */
    public static NDManager open(int threads) {
        if (!isSupported()) {
            throw InputException.of(
                    "%s on %s".formatted(System.getProperty("os.name"), System.getProperty("os.arch")),
                    "training has PyTorch for Linux on x86-64 only",
                    "train there; all other commands run here");
        }
        // No look-up of newer libraries, no usage statistics, no word about missing loggers.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        try {
            Engine engine = Engine.getEngine("PyTorch");
            JniUtils.setNumThreads(threads);
            return engine.newBaseManager();
        } catch (EngineException e) {
            throw InputException.of(
                    "PyTorch",
                    "can not be started: " + e.getMessage(),
                    "check that ~/.djl.ai (or DJL_CACHE_DIR) can be written and has 500 MB",
                    e);
        }
    }
}
