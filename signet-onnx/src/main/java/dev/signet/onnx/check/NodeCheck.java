package dev.signet.onnx.check;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.signet.onnx.Domains;
import dev.signet.onnx.InputException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Attributes of windows, and constants that a shape makes large. */
final class NodeCheck {
    private static final Set<String> WINDOWED = Set.of(
            "Conv",
            "ConvTranspose",
            "ConvInteger",
            "QLinearConv",
            "FusedConv",
            "NhwcMaxPool",
            "MaxPool",
            "AveragePool",
            "LpPool",
            "MaxUnpool",
            "QLinearAveragePool",
            "DeformConv",
            "Col2Im");

    /**
     * What an attribute may be.
     *
     * @param type of its values
     * @param least of each value
     * @param most of each value
     * @param product of all values, at most
     */
    private record Range(AttributeType type, long least, long most, long product) {}

    private static final long LONGEST = 65_535;
    private static final long MANY = 1L << 24;

    private static final Map<String, Range> OF_WINDOWS = Map.of(
            "kernel_shape", new Range(AttributeType.INTS, 1, LONGEST, MANY),
            "strides", new Range(AttributeType.INTS, 1, LONGEST, 1L << 20),
            "dilations", new Range(AttributeType.INTS, 1, LONGEST, MANY),
            "pads", new Range(AttributeType.INTS, -LONGEST, LONGEST, Long.MAX_VALUE),
            "output_padding", new Range(AttributeType.INTS, 0, LONGEST, Long.MAX_VALUE),
            "output_shape", new Range(AttributeType.INTS, 0, MANY, Integer.MAX_VALUE),
            "group", new Range(AttributeType.INT, 1, MANY, MANY),
            "auto_pad", new Range(AttributeType.STRING, 0, 0, 0));

    /** Operators that take floating numbers only; all their constants are of one type. */
    private static final Set<String> FLOATING =
            Set.of("Conv", "ConvTranspose", "FusedConv", "FusedGemm", "BatchNormalization", "InstanceNormalization");

    /** Operators that take floating numbers, or integers of 32 and 64 bits. */
    private static final Set<String> PRODUCTS = Set.of("Gemm", "MatMul");

    private static final Set<Integer> FLOATS =
            Set.of(DataType.FLOAT_VALUE, DataType.DOUBLE_VALUE, DataType.FLOAT16_VALUE, DataType.BFLOAT16_VALUE);

    private static final Set<Integer> INTEGERS =
            Set.of(DataType.INT32_VALUE, DataType.INT64_VALUE, DataType.UINT32_VALUE, DataType.UINT64_VALUE);

    private static final Range SIZE_OF_LRN = new Range(AttributeType.INT, 1, LONGEST, LONGEST);

    /** Values of a constant that a shape makes: 1 GB as floats. */
    private static final long MOST_CONSTANT = 1L << 28;

    private final String where;

    NodeCheck(String where) {
        this.where = where;
    }

    /** @param constants the tensors that are known by name where the node stands */
    void check(NodeProto node, int index, Map<String, TensorProto> constants) {
        if (!Domains.isStandard(node.getDomain()) && !node.getDomain().equals("com.microsoft")) {
            return;
        }
        for (AttributeProto attribute : node.getAttributeList()) {
            Range range = range(node, attribute.getName());
            // An attribute of a function may be one of its call's.
            if (range != null && attribute.getRefAttrName().isEmpty()) {
                check(node, index, attribute, range);
            }
        }
        checkTypes(node, index, constants);
        int shape = switch (node.getOpType()) {
            case "ConstantOfShape" -> 0;
            case "Expand" -> 1;
            default -> -1;
        };
        if (shape >= 0 && shape < node.getInputCount()) {
            TensorProto values = constants.get(node.getInput(shape));
            if (values != null) {
                checkShape(node, index, values);
            }
        }
    }

    private void checkTypes(NodeProto node, int index, Map<String, TensorProto> constants) {
        boolean product = PRODUCTS.contains(node.getOpType());
        if (!product && !FLOATING.contains(node.getOpType())) {
            return;
        }
        for (String input : node.getInputList()) {
            TensorProto tensor = constants.get(input);
            int type = tensor == null ? DataType.FLOAT_VALUE : tensor.getDataType();
            if (!FLOATS.contains(type) && !(product && INTEGERS.contains(type))) {
                throw fault(
                        node,
                        index,
                        String.format(
                                Locale.ROOT,
                                "tensor '%s' is of type %s, expected floating numbers",
                                input,
                                DataType.forNumber(type) == null ? "number " + type : DataType.forNumber(type)));
            }
        }
    }

    private static @Nullable Range range(NodeProto node, String attribute) {
        if (node.getOpType().equals("LRN") && attribute.equals("size")) {
            return SIZE_OF_LRN;
        }
        return WINDOWED.contains(node.getOpType()) ? OF_WINDOWS.get(attribute) : null;
    }

    private void check(NodeProto node, int index, AttributeProto attribute, Range range) {
        if (attribute.getType() != range.type()) {
            throw fault(
                    node,
                    index,
                    String.format(
                            Locale.ROOT,
                            "attribute '%s' is of type %s, not %s",
                            attribute.getName(),
                            attribute.getType(),
                            range.type()));
        }
        if (range.type() == AttributeType.INT) {
            check(node, index, attribute.getName(), attribute.getI(), range);
        } else if (range.type() == AttributeType.INTS) {
            long product = 1;
            for (long value : attribute.getIntsList()) {
                check(node, index, attribute.getName(), value, range);
                product = Math.min(product * Math.max(1, Math.abs(value)), 1L << 40);
            }
            if (product > range.product()) {
                throw fault(
                        node,
                        index,
                        String.format(
                                Locale.ROOT,
                                "attribute '%s' is %s, more than a network can mean",
                                attribute.getName(),
                                attribute.getIntsList()));
            }
        }
    }

    private void check(NodeProto node, int index, String name, long value, Range range) {
        if (value < range.least() || value > range.most()) {
            throw fault(
                    node,
                    index,
                    String.format(
                            Locale.ROOT,
                            "attribute '%s' has the value %d, not %d to %d",
                            name,
                            value,
                            range.least(),
                            range.most()));
        }
    }

    private void checkShape(NodeProto node, int index, TensorProto shape) {
        long elements = 1;
        LongBuffer raw = shape.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer();
        int count = shape.getDataType() != TensorProto.DataType.INT64.getNumber()
                ? 0
                : Math.max(raw.remaining(), shape.getInt64DataCount());
        for (int i = 0; i < count; i++) {
            long side = raw.remaining() > i ? raw.get(i) : shape.getInt64Data(i);
            elements = Math.min(elements * Math.max(1, Math.min(side, MOST_CONSTANT + 1)), MOST_CONSTANT + 1);
        }
        if (elements > MOST_CONSTANT) {
            throw fault(
                    node, index, String.format(Locale.ROOT, "makes a constant of more than %d values", MOST_CONSTANT));
        }
    }

    private InputException fault(NodeProto node, int index, String problem) {
        return InputException.of(
                where + ": "
                        + String.format(
                                Locale.ROOT,
                                "node '%s' (%s)",
                                node.getName().isEmpty() ? node.getOpType() + "#" + index : node.getName(),
                                node.getOpType()),
                problem,
                "export or download the model again");
    }
}
