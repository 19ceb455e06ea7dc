package dev.signet.testkit;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Runs models in stock ONNX Runtime, one thread, on reproducible random inputs. */
public final class OnnxRuntime {
    private static final OrtEnvironment ENVIRONMENT =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "test");

    private OnnxRuntime() {}

    /** The first output of a model whose inputs are float tensors; dynamic dimensions beyond the first get {@code size}. */
    public static float[] run(ModelProto model, int size) {
        return run(model, size, OrtSession.SessionOptions.OptLevel.ALL_OPT);
    }

    /** As {@link #run(ModelProto, int)}, at an optimization level. */
    public static float[] run(ModelProto model, int size, OrtSession.SessionOptions.OptLevel level) {
        try (OrtSession.SessionOptions options = options(level);
                OrtSession session = ENVIRONMENT.createSession(model.toByteArray(), options)) {
            return run(session, size);
        } catch (OrtException e) {
            throw new AssertionError(e);
        }
    }

    /** As {@link #run(ModelProto, int)}, for a file with external data. */
    public static float[] run(Path model, int size) {
        try (OrtSession.SessionOptions options = options(OrtSession.SessionOptions.OptLevel.ALL_OPT);
                OrtSession session = ENVIRONMENT.createSession(model.toString(), options)) {
            return run(session, size);
        } catch (OrtException e) {
            throw new AssertionError(e);
        }
    }

    /** What ONNX Runtime makes of a model when it loads it, without fusions: constants folded. */
    public static ModelProto folded(ModelProto model, Path folder) {
        Path optimized = folder.resolve("optimized.onnx");
        try (OrtSession.SessionOptions options = options(OrtSession.SessionOptions.OptLevel.BASIC_OPT)) {
            options.setOptimizedModelFilePath(optimized.toString());
            try (OrtSession session = ENVIRONMENT.createSession(model.toByteArray(), options)) {
                session.getNumInputs();
            }
            return ModelProto.parseFrom(Files.readAllBytes(optimized));
        } catch (OrtException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static OrtSession.SessionOptions options(OrtSession.SessionOptions.OptLevel level) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setOptimizationLevel(level);
        options.setIntraOpNumThreads(1);
        return options;
    }

    private static float[] run(OrtSession session, int size) throws OrtException {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        Random random = new Random(7);
        for (var input : session.getInputInfo().entrySet()) {
            long[] shape = ((TensorInfo) input.getValue().getInfo()).getShape().clone();
            for (int i = 0; i < shape.length; i++) {
                shape[i] = shape[i] > 0 ? shape[i] : i == 0 ? 1 : size;
            }
            float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat();
            }
            inputs.put(input.getKey(), OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(values), shape));
        }
        try (OrtSession.Result result = session.run(inputs)) {
            OnnxValue first = result.get(0);
            FloatBuffer buffer = ((OnnxTensor) first).getFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            return values;
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }
}
