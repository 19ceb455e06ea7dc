package dev.signet.onnx.packed;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.tensor.ElementType;

/** The table that turns bytes of sign planes into signs. */
public final class SignTable {
    /** Byte values: every byte is looked up as a whole. */
    private static final int ROWS = 1 << Byte.SIZE;

    private SignTable() {}

    /** An int8 tensor [256, 8]: element {@code k} of row {@code v} is +1 if bit {@code k} of {@code v} is set, else -1. */
    public static TensorProto tensor(String name) {
        byte[] signs = new byte[ROWS * Byte.SIZE];
        for (int i = 0; i < signs.length; i++) {
            int row = i / Byte.SIZE;
            int bit = i % Byte.SIZE;
            signs[i] = (byte) ((row >>> bit & 1) != 0 ? 1 : -1);
        }
        return Tensors.bytes(name, ElementType.INT8, new int[] {ROWS, Byte.SIZE}, signs);
    }
}
