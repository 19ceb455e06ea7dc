package dev.signet.lab.runtime;

import dev.signet.core.compute.Workers;
import dev.signet.engine.EngineOptions;
import dev.signet.engine.Precision;
import dev.signet.onnx.file.ModelFile;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.RunnableModel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Executor;

/** What runs a model. */
public enum ModelRuntime {
    /** Stock ONNX Runtime. */
    ONNXRUNTIME {
        @Override
        public RunnableModel open(Path file, Precision precision, Executor pool, int threads) {
            // Refuses what native code must not see.
            ModelFile.read(file);
            return OnnxRuntimeModel.open(file, threads);
        }
    },
    /** Signet's own engine, weights left packed. */
    SIGNET {
        @Override
        public RunnableModel open(Path file, Precision precision, Executor pool, int threads) {
            EngineOptions options = EngineOptions.DEFAULT.with(precision);
            return EngineModel.of(ModelFile.read(file), options, Workers.of(pool, threads));
        }
    };

    /**
     * Opens a model.
     *
     * @param precision whether kernels of Signet's engine may round
     * @param pool helps the calling thread; ONNX Runtime has threads of its own instead
     * @param threads how many threads work at the same time, at least 1
     * @throws dev.signet.onnx.InputException if the runtime refuses the model
     */
    public abstract RunnableModel open(Path file, Precision precision, Executor pool, int threads);

    /** The name that users know. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
