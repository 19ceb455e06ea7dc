package dev.signet.quantize.runtime;

import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.tensor.ElementType;

/** ONNX Runtime's element types as ONNX's. */
public final class ElementTypes {
    private ElementTypes() {}

    /**
     * The element type of a tensor.
     *
     * @throws IllegalArgumentException if it is one that networks of numbers do not have
     */
    public static ElementType of(OnnxTensor tensor) {
        return switch (tensor.getInfo().type) {
            case FLOAT -> ElementType.FLOAT;
            case DOUBLE -> ElementType.DOUBLE;
            case FLOAT16 -> ElementType.FLOAT16;
            case BFLOAT16 -> ElementType.BFLOAT16;
            case INT8 -> ElementType.INT8;
            case UINT8 -> ElementType.UINT8;
            case INT16 -> ElementType.INT16;
            case INT32 -> ElementType.INT32;
            case INT64 -> ElementType.INT64;
            case BOOL -> ElementType.BOOL;
            default -> throw new IllegalArgumentException("no number: " + tensor.getInfo().type);
        };
    }
}
