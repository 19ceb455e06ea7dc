package dev.signet.quantize.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The one environment of ONNX Runtime that a process has. */
public final class OnnxRuntimeEnvironment {
    // ONNX Runtime 1.29 for Linux matches a regular expression against its process's command line while it starts, by a
    // recursion of 264 bytes of stack for each character: a command line of 4,000 ends a thread of the usual megabyte.
    private static final int STACK_FOR_A_CHARACTER = 1_024;
    private static final long STACK = 4L << 20;

    private OnnxRuntimeEnvironment() {}

    /** Made when it is first asked for; the thread that makes it needs the outer class, which is there by then. */
    private static final class Holder {
        static final OrtEnvironment SHARED = create();
    }

    /** The environment. */
    public static OrtEnvironment shared() {
        return Holder.SHARED;
    }

    private static OrtEnvironment create() {
        var making = new FutureTask<>(OnnxRuntimeEnvironment::start);
        new Thread(null, making, "ONNX Runtime starts", STACK + STACK_FOR_A_CHARACTER * commandLineLength()).start();
        try {
            return making.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("ONNX Runtime does not start: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while ONNX Runtime starts");
        }
    }

    /** ONNX Runtime 1.29 for Linux is built with telemetry: what a user's models are is nobody's business. */
    private static OrtEnvironment start() throws OrtException {
        var environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "signet");
        environment.setTelemetry(false);
        return environment;
    }

    private static long commandLineLength() {
        try {
            return Files.readAllBytes(Path.of("/proc/self/cmdline")).length;
        } catch (IOException e) {
            // Where there is no such file nobody reads it.
            return 0;
        }
    }
}
