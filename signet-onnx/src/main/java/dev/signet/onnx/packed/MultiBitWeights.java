package dev.signet.onnx.packed;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.onnx.tensor.Transposition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/** Reads the multi-bit weights of a packed model back. */
public final class MultiBitWeights {
    private final OnnxModel model;
    private final TensorReader reader;
    private final Map<String, TensorProto> initializers = new HashMap<>();

    private MultiBitWeights(OnnxModel model) {
        this.model = model;
        this.reader = new TensorReader(model);
        model.proto().getGraph().getInitializerList().forEach(tensor -> initializers.put(tensor.getName(), tensor));
    }

    /**
     * The multi-bit weights of the main graph, in the order of their nodes; none where the model does not bring the function
     * along, or brings another one under its name.
     *
     * @throws InputException if a node's attributes contradict each other or its inputs
     */
    public static List<PackedWeight> in(OnnxModel model) {
        if (MultiBitFunction.declared(model.proto())
                .filter(MultiBitFunction::isKnown)
                .isEmpty()) {
            return List.of();
        }
        MultiBitWeights weights = new MultiBitWeights(model);
        List<PackedWeight> found = new ArrayList<>();
        GraphProto graph = model.proto().getGraph();
        for (int i = 0; i < graph.getNodeCount(); i++) {
            if (MultiBitFunction.isCall(graph.getNode(i))) {
                found.add(weights.new Call(graph.getNode(i), i).weight());
            }
        }
        return List.copyOf(found);
    }

    /** One call of the function, being checked. */
    private final class Call {
        private final NodeProto node;
        private final String where;

        Call(NodeProto node, int index) {
            this.node = node;
            this.where = model.where() + ": " + NodeView.of(node).where(index);
        }

        PackedWeight weight() {
            int[] codes = integers(MultiBitFunction.CODES);
            int[] matrix = integers(MultiBitFunction.MATRIX);
            int[] rowLength = integers(MultiBitFunction.ROW_LENGTH);
            if (codes.length != 3 || matrix.length != 2 || rowLength.length != 1) {
                throw bad("has attributes of the wrong length");
            }
            int groups = codes[0];
            int bits = codes[1];
            int groupSize = codes[2];
            if (bits < 1 || bits > MultiBitWeight.MAX_BITS || groups < 1 || groupSize < 1) {
                throw bad("has the codes " + Arrays.toString(codes) + ", not [groups, bits (1..8), group size]");
            }
            GroupLayout layout = layout(groups, groupSize, matrix, rowLength[0]);
            byte[] planes = planes(layout, bits);
            TensorProto coefficients = input(1, "coefficients");
            CoefficientType type = coefficientType(coefficients);
            MultiBitWeight weight = new MultiBitWeight(
                    layout, bits, planes, coefficients(coefficients, groups, bits), offsets(type, groups), type);
            return arranged(weight);
        }

        private GroupLayout layout(int groups, int groupSize, int[] matrix, int rowLength) {
            int rows = matrix[0];
            if (rows < 1 || groups % rows != 0 || (long) groups / rows * groupSize != matrix[1]) {
                throw bad(String.format(
                        Locale.ROOT,
                        "has %d groups of %d, which do not fill the matrix %s",
                        groups,
                        groupSize,
                        Arrays.toString(matrix)));
            }
            try {
                return new GroupLayout(rows, rowLength, groups / rows, groupSize);
            } catch (IllegalArgumentException e) {
                throw bad("has groups that do not fit its rows: " + e.getMessage());
            }
        }

        private byte[] planes(GroupLayout layout, int bits) {
            ByteString bytes = rawBytes(input(0, "planes"));
            int[] count = integers(MultiBitFunction.CODE_COUNT);
            // Two ints: the product with the group size can not overflow.
            long planesTimesGroups = (long) layout.groups() * bits;
            long codeCount =
                    planesTimesGroups <= Integer.MAX_VALUE ? planesTimesGroups * layout.groupSize() : Long.MAX_VALUE;
            if (count.length != 1 || count[0] != codeCount || Math.ceilDiv(codeCount, Byte.SIZE) != bytes.size()) {
                throw bad(String.format(
                        Locale.ROOT,
                        "has %d bytes of sign planes and %s codes, which do not fit %d groups of %d at %d bits",
                        bytes.size(),
                        Arrays.toString(count),
                        layout.groups(),
                        layout.groupSize(),
                        bits));
            }
            return bytes.toByteArray();
        }

        private ByteString rawBytes(TensorProto planes) {
            if (TensorReader.type(planes) != ElementType.UINT8 || planes.getDimsCount() != 1) {
                throw bad("has sign planes that are not a list of bytes");
            }
            return ByteString.copyFrom(reader.rawBytes(planes));
        }

        private CoefficientType coefficientType(TensorProto tensor) {
            return switch (TensorReader.type(tensor)) {
                case FLOAT16 -> CoefficientType.FLOAT16;
                case FLOAT -> CoefficientType.FLOAT32;
                default -> throw bad("has coefficients that are neither fp16 nor fp32");
            };
        }

        private float[] coefficients(TensorProto tensor, int groups, int bits) {
            if (!tensor.getDimsList().equals(List.of((long) groups, 1L, (long) bits))) {
                throw bad(String.format(
                        Locale.ROOT, "has coefficients %s, not [%d, 1, %d]", tensor.getDimsList(), groups, bits));
            }
            float[] values = reader.floats(tensor);
            for (int i = 0; i < values.length; i++) {
                float above = i % bits == 0 ? Float.MAX_VALUE : values[i - 1];
                if (!(values[i] >= 0 && values[i] <= above)) {
                    throw bad("has coefficients that are not falling and >= 0 in group " + i / bits);
                }
            }
            return values;
        }

        private float[] offsets(CoefficientType type, int groups) {
            TensorProto tensor = input(2, "offsets");
            if (coefficientType(tensor) != type) {
                throw bad("has offsets of another type than its coefficients");
            }
            boolean none = tensor.getDimsList().equals(List.of(1L));
            if (!none && !tensor.getDimsList().equals(List.of((long) groups, 1L, 1L))) {
                throw bad(String.format(
                        Locale.ROOT, "has offsets %s, neither [%d, 1, 1] nor [1]", tensor.getDimsList(), groups));
            }
            float[] values = reader.floats(tensor);
            for (float value : values) {
                if (!Float.isFinite(value) || (none && value != 0)) {
                    throw bad(none ? "has a single offset that is not 0" : "has an offset that is not finite");
                }
            }
            return none ? new float[0] : values;
        }

        private PackedWeight arranged(MultiBitWeight weight) {
            int[] view = integers(MultiBitFunction.VIEW);
            int[] shape = integers(MultiBitFunction.SHAPE);
            int[] permutation = integers(MultiBitFunction.PERMUTATION);
            int weights = weight.layout().weights();
            if (product(view) != weights
                    || product(shape) != weights
                    || !Transposition.isPermutation(permutation, view.length)) {
                throw bad(String.format(
                        Locale.ROOT,
                        "has the view %s, permutation %s and shape %s, which do not fit %d weights",
                        Arrays.toString(view),
                        Arrays.toString(permutation),
                        Arrays.toString(shape),
                        weights));
            }
            ElementType type = NodeView.of(node).type(MultiBitFunction.TYPE);
            if (!type.isFloating()) {
                throw bad("makes elements of type " + type.text() + ", which is not a float type");
            }
            return new PackedWeight(NodeView.of(node).output(), weight, view, permutation, shape, type);
        }

        /** The number of elements of a shape whose dimensions are positive; -1 where one is not, or there are too many. */
        private static long product(int[] shape) {
            long product = 1;
            for (int dimension : shape) {
                if (dimension < 1 || product > Integer.MAX_VALUE) {
                    return -1;
                }
                product *= dimension;
            }
            return product;
        }

        private TensorProto input(int index, String what) {
            TensorProto tensor = initializers.get(NodeView.of(node).input(index));
            if (tensor == null) {
                throw bad(String.format(
                        Locale.ROOT,
                        "has %s '%s' that are not stored in the model",
                        what,
                        NodeView.of(node).input(index)));
            }
            return tensor;
        }

        private int[] integers(String name) {
            AttributeProto attribute =
                    NodeView.of(node).attribute(name).orElseThrow(() -> bad("lacks the attribute '" + name + "'"));
            LongStream values = attribute.hasT()
                    ? Arrays.stream(reader.longs(attribute.getT()))
                    : attribute.getIntsList().stream().mapToLong(Long::longValue);
            return values.mapToInt(value -> Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE))
                    .toArray();
        }

        private InputException bad(String problem) {
            return InputException.of(where, problem, "the packed weight is damaged: quantize the original model again");
        }
    }
}
