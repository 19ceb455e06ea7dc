package dev.signet.quantize.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import dev.signet.onnx.OutputException;
import dev.signet.onnx.store.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** The one environment of ONNX Runtime that a process has. */
public final class OnnxRuntimeEnvironment {
    // ONNX Runtime 1.29 for Linux matches a regular expression against its process's command line while it starts, by a
    // recursion of 264 bytes of stack for each character: a command line of 4,000 ends a thread of the usual megabyte.
    private static final int STACK_FOR_A_CHARACTER = 1_024;
    private static final long STACK = 4L << 20;

    private OnnxRuntimeEnvironment() {}

    /** What became of starting it: an error of a class's own making would be told once, and then as another. */
    private record Start(
            @Nullable OrtEnvironment environment, @Nullable OutputException problem) {
        OrtEnvironment get() {
            if (environment == null) {
                throw Objects.requireNonNull(problem);
            }
            return environment;
        }
    }

    /** Made when it is first asked for; the thread that makes it needs the outer class, which is there by then. */
    private static final class Holder {
        static final Start SHARED = create();
    }

    /**
     * The environment.
     *
     * @throws OutputException if it can not be made here
     */
    public static OrtEnvironment shared() {
        return Holder.SHARED.get();
    }

    private static Start create() {
        var making = new FutureTask<>(OnnxRuntimeEnvironment::start);
        try {
            // It makes one, too, and would die in a class's initializer.
            WorkFolder.temporary().close();
            new Thread(null, making, "ONNX Runtime starts", STACK + STACK_FOR_A_CHARACTER * commandLineLength())
                    .start();
            return new Start(making.get(), null);
        } catch (OutputException e) {
            return new Start(null, e);
        } catch (ExecutionException e) {
            Throwable first = e;
            while (first.getCause() != null) {
                first = first.getCause();
            }
            return new Start(
                    null,
                    OutputException.of(
                            "ONNX Runtime",
                            "does not start here (" + first + ")",
                            "it needs a 64-bit system that it has libraries for, and some memory and open files",
                            e));
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
