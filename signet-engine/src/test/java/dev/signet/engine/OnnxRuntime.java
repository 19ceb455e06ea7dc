package dev.signet.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The reference: runs a model in ONNX Runtime, one thread, nothing optimized away that could change the arithmetic. */
final class OnnxRuntime {
    private OnnxRuntime() {}

    static List<Tensor> run(byte[] model, Map<String, Tensor> inputs) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensorLike> given = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            try (OrtSession session = environment.createSession(model, options)) {
                for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
                    given.put(input.getKey(), tensor(environment, input.getValue()));
                }
                try (OrtSession.Result result = session.run(given)) {
                    List<Tensor> outputs = new ArrayList<>();
                    for (int i = 0; i < result.size(); i++) {
                        outputs.add(tensor((OnnxTensor) result.get(i)));
                    }
                    return outputs;
                } finally {
                    given.values().forEach(OnnxTensorLike::close);
                }
            }
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, Tensor tensor) throws OrtException {
        long[] shape = Arrays.stream(tensor.shape().dims()).mapToLong(i -> i).toArray();
        return tensor.isFloating()
                ? OnnxTensor.createTensor(environment, FloatBuffer.wrap(tensor.floats(), 0, tensor.size()), shape)
                : OnnxTensor.createTensor(environment, LongBuffer.wrap(tensor.longs(), 0, tensor.size()), shape);
    }

    private static Tensor tensor(OnnxTensor tensor) {
        TensorInfo info = tensor.getInfo();
        Shape shape = Shape.of(info.getShape());
        return switch (info.type) {
            case FLOAT -> {
                float[] values = new float[shape.size()];
                tensor.getFloatBuffer().get(values);
                yield Tensor.of(values, shape);
            }
            case INT64 -> {
                long[] values = new long[shape.size()];
                tensor.getLongBuffer().get(values);
                yield Tensor.ofLongs(values, shape.dims());
            }
            case INT32 -> {
                int[] values = new int[shape.size()];
                tensor.getIntBuffer().get(values);
                yield Tensor.ofLongs(Arrays.stream(values).asLongStream().toArray(), shape.dims());
            }
            case BOOL, UINT8, INT8 -> {
                byte[] bytes = new byte[shape.size()];
                tensor.getByteBuffer().get(bytes);
                long[] values = new long[bytes.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = bytes[i];
                }
                yield Tensor.ofLongs(values, shape.dims());
            }
            default -> throw new IllegalStateException("no test makes a " + info.type);
        };
    }
}
