package dev.signet.onnx.check;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.Domains;
import dev.signet.onnx.InputException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many values tensors have at least, followed through what enlarges them: a chain of Concats that each double their input, or a
 * Resize by two thousand, makes gigabytes of a few bytes. Sides that are open count as 1, and what an operator that is not known
 * here makes as nothing: what is refused is certain.
 */
final class SizeCheck {
    /** 4 GB of fp32. */
    private static final double MOST_VALUES = 1L << 30;

    /** Of a Resize or Tile: one pixel becomes 256 x 256. */
    private static final double MOST_TIMES = 1 << 16;

    private static final Set<String> SAME = Set.of(
            "Identity",
            "Cast",
            "Relu",
            "Sigmoid",
            "Tanh",
            "Neg",
            "Abs",
            "Exp",
            "Sqrt",
            "Clip",
            "LeakyRelu",
            "Elu",
            "Erf",
            "Softmax",
            "Transpose",
            "Reshape",
            "Flatten",
            "Squeeze",
            "Unsqueeze",
            "BatchNormalization",
            "Dropout",
            "DepthToSpace",
            "SpaceToDepth");

    private static final Set<String> BROADCAST = Set.of("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Sum");

    private final String where;
    private final Map<String, Double> sizes = new HashMap<>();
    private final Map<String, TensorProto> constants = new HashMap<>();

    private SizeCheck(String where) {
        this.where = where;
    }

    /** @throws InputException naming the node whose output can not be held */
    static void check(GraphProto graph, String where) {
        var check = new SizeCheck(where);
        for (ValueInfoProto input : graph.getInputList()) {
            check.sizes.put(
                    input.getName(),
                    input.getType().getTensorType().getShape().getDimList().stream()
                            .mapToDouble(Dimension::getDimValue)
                            .reduce(1, (product, side) -> product * Math.max(1, side)));
        }
        graph.getInitializerList().forEach(tensor -> check.constant(tensor.getName(), tensor));
        for (NodeProto node : graph.getNodeList()) {
            check.node(node);
        }
    }

    private void constant(String name, TensorProto tensor) {
        constants.put(name, tensor);
        sizes.put(name, (double) TensorCheck.values(tensor.getDimsList()));
    }

    private void node(NodeProto node) {
        if (!Domains.isStandard(node.getDomain()) || node.getOutputCount() == 0) {
            return;
        }
        String output = node.getOutput(0);
        String operator = node.getOpType();
        if (operator.equals("Constant")) {
            node.getAttributeList().stream()
                    .filter(AttributeProto::hasT)
                    .forEach(value -> constant(output, value.getT()));
            return;
        }
        double times = times(node);
        if (times > MOST_TIMES) {
            throw fault(node, String.format(Locale.ROOT, "enlarges its input %.0f times", times));
        }
        double size = operator.equals("Concat") || BROADCAST.contains(operator)
                ? several(node, operator.equals("Concat"))
                : SAME.contains(operator) || times > 0 ? size(node, 0) * Math.max(1, times) : 0;
        if (size > MOST_VALUES) {
            throw fault(node, String.format(Locale.ROOT, "makes a tensor of %.0f values", size));
        }
        sizes.put(output, size);
    }

    private double several(NodeProto node, boolean summed) {
        double size = 0;
        for (int i = 0; i < node.getInputCount(); i++) {
            size = summed ? size + size(node, i) : Math.max(size, size(node, i));
        }
        return size;
    }

    private double size(NodeProto node, int input) {
        return input < node.getInputCount() ? sizes.getOrDefault(node.getInput(input), 0.0) : 0;
    }

    /** How often what goes in comes out again; 0 where that is not known. */
    private double times(NodeProto node) {
        return switch (node.getOpType()) {
            case "Resize" -> product(node.getInputCount() == 2 ? input(node, 1) : input(node, 2));
            case "Upsample" -> Math.max(product(input(node, 1)), attribute(node));
            case "Tile" -> product(input(node, 1));
            default -> 0;
        };
    }

    private static double attribute(NodeProto node) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals("scales"))
                .mapToDouble(attribute -> attribute.getFloatsList().stream()
                        .mapToDouble(Float::doubleValue)
                        .reduce(1, (a, b) -> a * b))
                .findFirst()
                .orElse(0);
    }

    private @Nullable TensorProto input(NodeProto node, int input) {
        return input < node.getInputCount() ? constants.get(node.getInput(input)) : null;
    }

    /** The product of a small constant's values; 0 where there is none. */
    private static double product(@Nullable TensorProto tensor) {
        if (tensor == null || tensor.getDimsCount() != 1 || tensor.getDims(0) < 1 || tensor.getDims(0) > 16) {
            return 0;
        }
        var raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        double product = 1;
        if (tensor.getDataType() == DataType.FLOAT_VALUE) {
            for (float value : tensor.getFloatDataList()) {
                product *= value;
            }
            while (raw.remaining() >= Float.BYTES) {
                product *= raw.getFloat();
            }
        } else if (tensor.getDataType() == DataType.INT64_VALUE) {
            for (long value : tensor.getInt64DataList()) {
                product *= value;
            }
            while (raw.remaining() >= Long.BYTES) {
                product *= raw.getLong();
            }
        }
        return product;
    }

    private InputException fault(NodeProto node, String problem) {
        return InputException.of(
                String.format(Locale.ROOT, "%s: node '%s' (%s)", where, node.getName(), node.getOpType()),
                problem,
                "export or download the model again");
    }
}
