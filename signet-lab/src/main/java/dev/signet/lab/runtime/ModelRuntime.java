package dev.signet.lab.runtime;

import dev.signet.engine.kernel.Workers;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Executor;

/** What runs a model. */
public enum ModelRuntime {
    /** Stock ONNX Runtime. */
    ONNXRUNTIME {
        @Override
        public RunnableModel open(Path file, Executor pool, int threads) {
            return OnnxRuntimeModel.open(file, threads);
        }
    },
    /** Signet's own engine, weights left packed. */
    SIGNET {
        @Override
        public RunnableModel open(Path file, Executor pool, int threads) {
            return EngineModel.open(file, Workers.of(pool, threads));
        }
    };

    /**
     * Opens a model.
     *
     * @param pool helps the calling thread; ONNX Runtime has threads of its own instead
     * @param threads how many threads work at the same time, at least 1
     * @throws dev.signet.onnx.InputException if the runtime refuses the model
     */
    public abstract RunnableModel open(Path file, Executor pool, int threads);

    /** The name that users know. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
