package dev.signet.quantize.walk;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.signet.onnx.InputException;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.quantize.runtime.OnnxRuntimeEnvironment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Constants of a session that are too large to be copied into a model and that model into bytes: ONNX Runtime gets them beside the
 * model, in native memory, or as the pages of the file that has them.
 */
final class LargeConstants implements AutoCloseable {
    /** Below this copies cost little. */
    private static final long LARGE = 1 << 20;

    private final Map<String, OnnxTensorLike> values = new LinkedHashMap<>();
    private final List<TensorProto> stubs = new ArrayList<>();

    /** Whether a tensor is large, and of a type that can be handed over. */
    static boolean isLarge(TensorProto tensor, TensorReader reader) {
        return javaType(TensorReader.type(tensor)) != OnnxJavaType.UNKNOWN
                && reader.bytes(tensor) > LARGE
                && reader.isRaw(tensor);
    }

    /** Adds a tensor that is {@link #isLarge}. */
    void put(String name, TensorProto tensor, TensorReader reader) {
        TensorProto.Builder stub = TensorProto.newBuilder()
                .setName(name)
                .setDataType(tensor.getDataType())
                .addAllDims(tensor.getDimsList())
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue("memory"));
        try {
            values.put(
                    name,
                    OnnxTensor.createTensor(
                            OnnxRuntimeEnvironment.shared(),
                            reader.direct(tensor),
                            reader.shape(tensor),
                            javaType(TensorReader.type(tensor))));
        } catch (OrtException e) {
            throw InputException.of(
                    "tensor '" + name + "'", "can not be given to ONNX Runtime: " + e.getMessage(), "try again", e);
        }
        stubs.add(stub.build());
    }

    boolean contains(String name) {
        return values.containsKey(name);
    }

    /** What stands for them in the model. */
    List<TensorProto> stubs() {
        return stubs;
    }

    void addTo(OrtSession.SessionOptions options) throws OrtException {
        if (!values.isEmpty()) {
            options.addExternalInitializers(values);
        }
    }

    private static OnnxJavaType javaType(ElementType type) {
        return switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case INT64 -> OnnxJavaType.INT64;
            case INT32 -> OnnxJavaType.INT32;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT8 -> OnnxJavaType.INT8;
            default -> OnnxJavaType.UNKNOWN;
        };
    }

    @Override
    public void close() {
        values.values().forEach(OnnxTensorLike::close);
    }
}
