package dev.signet.lab.calibrate;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.signet.onnx.file.OnnxModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Tensors for the one-node models of a walk. */
final class Tensors {
    private Tensors() {}

    /**
     * A floating-point tensor.
     *
     * @param type ONNX's number of the element type: 1 float, 10 fp16, 11 double, 16 bf16
     */
    static TensorProto of(long[] shape, float[] values, int type) {
        int size = type == 11 ? 8 : type == 1 ? 4 : 2;
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, size)).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (type) {
                case 1 -> bytes.putFloat(value);
                case 10 -> bytes.putShort(Float.floatToFloat16(value));
                case 11 -> bytes.putDouble(value);
                case 16 -> bytes.putShort((short) (Float.floatToIntBits(value) >>> 16));
                default -> throw new IllegalArgumentException("no floating-point type: " + type);
            }
        }
        return TensorProto.newBuilder()
                .setDataType(type)
                .addAllDims(Arrays.stream(shape).boxed().toList())
                .setRawData(ByteString.copyFrom(bytes.flip()))
                .build();
    }
}
