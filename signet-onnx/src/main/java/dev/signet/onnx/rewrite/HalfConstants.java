package dev.signet.onnx.rewrite;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** Rounds what stays float (biases, parameters of normalizations, grids that are added) to values that fp16 has. */
public final class HalfConstants {
    private static final float LARGEST = 65504;

    /** Of the sum of squares: in fp16's normal range rounding loses a tenth of that. */
    private static final double MOST_LOST = 0x1p-20;

    private HalfConstants() {}

    /**
     * The model with its constants rounded. They are fp32 still: {@link NarrowConstants} stores them.
     *
     * @param rounded whether a constant, under its name in the graph, may be rounded
     */
    public static OnnxModel of(OnnxModel model, Predicate<TensorProto> rounded) {
        var stored = new StoredConstants(model);
        var reader = new TensorReader(model);
        Map<String, TensorProto> constants = new LinkedHashMap<>(stored.ofType(ElementType.FLOAT));
        constants
                .entrySet()
                .removeIf(entry -> !rounded.test(entry.getValue().toBuilder()
                                .setName(entry.getKey())
                                .build())
                        || !isNear(reader.floats(entry.getValue())));
        if (constants.isEmpty()) {
            return model;
        }
        var graph = stored.changed(constants, tensor -> rounded(tensor, reader.floats(tensor)));
        return model.with(model.proto().toBuilder().setGraph(graph).build());
    }

    private static float rounded(float value) {
        return Float.float16ToFloat(Float.floatToFloat16(value));
    }

    private static boolean isNear(float[] values) {
        double squares = 0;
        double lost = 0;
        for (float value : values) {
            if (!(Math.abs(value) <= LARGEST)) {
                return false;
            }
            double error = rounded(value) - value;
            squares += (double) value * value;
            lost += error * error;
        }
        return lost <= MOST_LOST * squares;
    }

    private static TensorProto rounded(TensorProto tensor, float[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = rounded(values[i]);
        }
        TensorProto raw = Tensors.floats(tensor.getName(), ElementType.FLOAT, new int[] {values.length}, rounded);
        return tensor.toBuilder()
                .clearFloatData()
                .clearExternalData()
                .clearDataLocation()
                .setRawData(raw.getRawData())
                .build();
    }
}
