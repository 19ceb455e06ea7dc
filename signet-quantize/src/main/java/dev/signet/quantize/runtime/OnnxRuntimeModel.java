package dev.signet.quantize.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.signet.onnx.InputException;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model opened in stock ONNX Runtime, on the CPU and with no custom operator. Not to be shared between threads. */
public final class OnnxRuntimeModel implements RunnableModel {
    private final String name;
    private final OrtSession.SessionOptions options;
    private final OrtSession session;

    private OnnxRuntimeModel(String name, OrtSession.SessionOptions options, OrtSession session) {
        this.name = name;
        this.options = options;
        this.session = session;
    }

    /**
     * Opens a model file that Signet wrote, or that was read before: native code believes what a file says.
     *
     * @param threads threads of one operator, at least 1
     * @throws InputException if ONNX Runtime refuses the file
     */
    public static OnnxRuntimeModel open(Path file, int threads) {
        return open(file, threads, true);
    }

    /** The same; {@code optimized} says whether ONNX Runtime may rearrange the graph. */
    public static OnnxRuntimeModel open(Path file, int threads, boolean optimized) {
        return open(
                file.toString(),
                optimized,
                options -> setThreads(options, threads),
                options -> OnnxRuntimeEnvironment.shared().createSession(file.toString(), options));
    }

    /**
     * Opens a model file as ONNX Runtime does it by itself, with the arena that makes it fast: to be timed. Its threads
     * stop to spin when a run ends, as what is timed in between has the same cores.
     *
     * @param threads threads of one operator, at least 1
     * @throws InputException if ONNX Runtime refuses the file
     */
    public static OnnxRuntimeModel openAtItsFastest(Path file, int threads) {
        return open(
                file.toString(),
                true,
                options -> setFast(options, threads),
                options -> OnnxRuntimeEnvironment.shared().createSession(file.toString(), options));
    }

    /** As {@link #openAtItsFastest(Path, int)}, with a profile of every node of every run that begins at {@code profile}; {@link #endProfile} ends it. */
    public static OnnxRuntimeModel openProfiled(Path file, int threads, Path profile) {
        return open(
                file.toString(),
                true,
                options -> {
                    setFast(options, threads);
                    options.enableProfiling(profile.toString());
                },
                options -> OnnxRuntimeEnvironment.shared().createSession(file.toString(), options));
    }

    /** The file of the finished profile. */
    public Path endProfile() {
        try {
            return Path.of(session.endProfiling());
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** As {@link #openAtItsFastest(Path, int)}, of a model that is in memory. */
    public static OnnxRuntimeModel openAtItsFastest(String name, byte[] model, int threads) {
        return open(
                name,
                true,
                options -> setFast(options, threads),
                options -> OnnxRuntimeEnvironment.shared().createSession(model, options));
    }

    /** Opens a model that is in memory; {@code name} is what messages call it. */
    public static OnnxRuntimeModel open(String name, byte[] model, int threads) {
        return open(
                name,
                true,
                options -> setThreads(options, threads),
                options -> OnnxRuntimeEnvironment.shared().createSession(model, options));
    }

    private static final String STOP_SPINNING = "session.force_spinning_stop";

    private interface Opener {
        OrtSession open(OrtSession.SessionOptions options) throws OrtException;
    }

    private interface Settings {
        void set(OrtSession.SessionOptions options) throws OrtException;
    }

    private static OnnxRuntimeModel open(String name, boolean optimized, Settings settings, Opener opener) {
        // Before any other class of ONNX Runtime starts it in a way of its own.
        OnnxRuntimeEnvironment.shared();
        var options = new OrtSession.SessionOptions();
        try {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            settings.set(options);
            options.setOptimizationLevel(
                    optimized ? OrtSession.SessionOptions.OptLevel.ALL_OPT : OrtSession.SessionOptions.OptLevel.NO_OPT);
            return new OnnxRuntimeModel(name, options, opener.open(options));
        } catch (OrtException e) {
            options.close();
            throw InputException.of(
                    name, "ONNX Runtime can not open it: " + e.getMessage(), "check the model with onnx.checker", e);
        }
    }

    /** Lets a session use {@code threads} threads and the memory that it needs while it runs, and none of them when it does not. */
    public static void setThreads(OrtSession.SessionOptions options, int threads) throws OrtException {
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        // An arena keeps what it once took, in powers of two: what is freed is to go back to the system.
        options.setCPUArenaAllocator(false);
        options.setMemoryPatternOptimization(false);
        // Threads that spin on for the next run would take the cores from whatever is done in between.
        options.addConfigEntry(STOP_SPINNING, "1");
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
    }

    private static void setFast(OrtSession.SessionOptions options, int threads) throws OrtException {
        options.setIntraOpNumThreads(threads);
        options.addConfigEntry(STOP_SPINNING, "1");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<TensorSpec> inputs() {
        return specs(true);
    }

    @Override
    public List<TensorSpec> outputs() {
        return specs(false);
    }

    private List<TensorSpec> specs(boolean input) {
        try {
            List<TensorSpec> specs = new ArrayList<>();
            for (NodeInfo node : (input ? session.getInputInfo() : session.getOutputInfo()).values()) {
                if (node.getInfo() instanceof TensorInfo tensor) {
                    specs.add(new TensorSpec(node.getName(), tensor.getShape(), tensor.type));
                } else {
                    specs.add(new TensorSpec(node.getName(), new long[0], OnnxJavaType.UNKNOWN));
                }
            }
            return specs;
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    @Override
    public PreparedRun prepare(float[] values, long... shape) {
        TensorSpec input = input();
        return new SessionRun(Map.of(input.name(), tensor(input, values, shape)));
    }

    /** The same with a tensor for every input, which are closed with the run. */
    public PreparedRun prepare(Map<String, OnnxTensor> feeds) {
        return new SessionRun(feeds);
    }

    private final class SessionRun implements PreparedRun {
        private final Map<String, OnnxTensor> feeds;
        private OrtSession.@Nullable Result result;

        SessionRun(Map<String, OnnxTensor> feeds) {
            this.feeds = feeds;
        }

        @Override
        public void run() {
            closeResult();
            try {
                result = session.run(feeds);
            } catch (OrtException e) {
                throw failed(e);
            }
        }

        @Override
        public Tensor output() {
            if (result == null || !(result.get(0) instanceof OnnxTensor tensor)) {
                throw InputException.of(name, "its first output is no tensor", "use a model that gives one");
            }
            return Tensor.of(tensor);
        }

        @Override
        public void close() {
            closeResult();
            feeds.values().forEach(OnnxTensor::close);
        }

        private void closeResult() {
            if (result != null) {
                result.close();
                result = null;
            }
        }
    }

    /**
     * Runs the model and returns its floating-point tensors as fp32 (others are converted, as far as they are numbers).
     *
     * @param feeds a tensor for every input
     */
    public Map<String, Tensor> run(Map<String, OnnxTensor> feeds) {
        try (OrtSession.Result result = session.run(feeds)) {
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            for (var entry : result) {
                if (entry.getValue() instanceof OnnxTensor tensor) {
                    outputs.put(entry.getKey(), Tensor.of(tensor));
                }
            }
            return outputs;
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** A tensor for a floating-point input, in the input's own type. */
    public static OnnxTensor tensor(TensorSpec input, float[] values, long[] shape) {
        try {
            return switch (input.type()) {
                case FLOAT16, BFLOAT16 -> {
                    short[] halves = new short[values.length];
                    for (int i = 0; i < halves.length; i++) {
                        halves[i] = input.type() == OnnxJavaType.FLOAT16
                                ? Float.floatToFloat16(values[i])
                                : (short) (Float.floatToIntBits(values[i]) >>> 16);
                    }
                    yield OnnxTensor.createTensor(
                            OnnxRuntimeEnvironment.shared(), ShortBuffer.wrap(halves), shape, input.type());
                }
                case DOUBLE -> {
                    double[] doubles = new double[values.length];
                    for (int i = 0; i < doubles.length; i++) {
                        doubles[i] = values[i];
                    }
                    yield OnnxTensor.createTensor(OnnxRuntimeEnvironment.shared(), DoubleBuffer.wrap(doubles), shape);
                }
                default -> floats(values, shape);
            };
        } catch (OrtException e) {
            throw InputException.of(
                    "input '" + input.name() + "'", "can not be made: " + e.getMessage(), "check the model", e);
        }
    }

    static OnnxTensor floats(float[] values, long[] shape) throws OrtException {
        return OnnxTensor.createTensor(OnnxRuntimeEnvironment.shared(), FloatBuffer.wrap(values), shape);
    }

    private InputException failed(OrtException e) {
        return InputException.of(
                name,
                "ONNX Runtime can not run it: " + e.getMessage(),
                "check the model and the shape of its input",
                e);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw failed(e);
        } finally {
            options.close();
        }
    }
}
