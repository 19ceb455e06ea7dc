package dev.signet.onnx.check;

import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.InputException;
import java.util.List;
import java.util.Locale;

/** The shape of a tensor that a file holds. */
final class TensorCheck {
    /** What fits into an array. */
    private static final long MOST_VALUES = Integer.MAX_VALUE;

    private TensorCheck() {}

    static void check(TensorProto tensor, String where) {
        check(tensor.getDimsList(), tensor.getName(), where);
    }

    static void check(SparseTensorProto tensor, String where) {
        check(tensor.getDimsList(), tensor.getValues().getName(), where);
        check(tensor.getValues(), where);
        check(tensor.getIndices(), where);
    }

    private static void check(List<Long> dimensions, String name, String where) {
        if (values(dimensions) < 0) {
            throw InputException.of(
                    String.format(Locale.ROOT, "%s: tensor '%s'", where, name),
                    String.format(
                            Locale.ROOT,
                            "claims the shape %s; a tensor has at most %d values",
                            dimensions,
                            MOST_VALUES),
                    "export or download the model again");
        }
    }

    /** How many values a shape has; -1 if that is more than there can be, or a side is negative. */
    static long values(List<Long> shape) {
        long values = 1;
        for (long side : shape) {
            if (side < 0 || side > MOST_VALUES) {
                return -1;
            }
            // A side of 0 does not make the others right.
            values *= Math.max(1, side);
            if (values > MOST_VALUES) {
                return -1;
            }
        }
        return values;
    }
}
