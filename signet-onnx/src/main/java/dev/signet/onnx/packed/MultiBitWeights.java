package dev.signet.onnx.packed;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.CodeWords;
import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.SharedLevels;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.packed.DecodeForm.Order;
import dev.signet.onnx.packed.DecodeForm.Rows;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.onnx.tensor.Transposition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
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
     * The multi-bit weights of the main graph, in the order of their nodes; none where the model does not bring the functions
     * along, or brings others under their names.
     *
     * @throws InputException if a node's attributes contradict each other or its inputs, or its function is not there
     */
    public static List<PackedWeight> in(OnnxModel model) {
        Map<String, DecodeForm> forms = MultiBitFunction.known(model.proto());
        Set<String> declared = MultiBitFunction.declared(model.proto());
        MultiBitWeights weights = new MultiBitWeights(model);
        List<PackedWeight> found = new ArrayList<>();
        GraphProto graph = model.proto().getGraph();
        for (int i = 0; i < graph.getNodeCount(); i++) {
            NodeProto node = graph.getNode(i);
            DecodeForm form = MultiBitFunction.isCall(node) ? forms.get(node.getOpType()) : null;
            if (form != null) {
                found.add(weights.new Call(node, i, form).weight());
            } else if (MultiBitFunction.isCall(node) && !declared.contains(node.getOpType())) {
                throw InputException.of(
                        model.where() + ": " + NodeView.of(node).where(i),
                        "calls a function that the model does not bring along",
                        "the file is truncated: download it or quantize the original model again");
            }
        }
        return List.copyOf(found);
    }

    /** One call of a function, being checked. */
    private final class Call {
        private final NodeProto node;
        private final String where;
        private final DecodeForm form;

        Call(NodeProto node, int index, DecodeForm form) {
            this.node = node;
            this.where = model.where() + ": " + NodeView.of(node).where(index);
            this.form = form;
        }

        PackedWeight weight() {
            TensorProto levels = input(1, "coefficients");
            CoefficientType type = coefficientType(levels);
            int columns = dimension(levels, form.shared() ? 0 : 1, form.shared() ? 1 : 2);
            int bits = columns - (form.offset() ? 1 : 0);
            if (bits != form.bits()) {
                throw bad(String.format(
                        Locale.ROOT,
                        "has %d coefficients a group where its function wants %d bits",
                        columns,
                        form.bits()));
            }
            int groups = form.shared() ? dimension(input(2, "factors"), 0, 1) : dimension(levels, 0, 2);
            TensorProto packed = input(0, "codes");
            long count = codes(packed, bits, groups);
            if (count % groups != 0 || count > Integer.MAX_VALUE) {
                throw bad(String.format(Locale.ROOT, "has %d codes for %d groups", count, groups));
            }
            GroupLayout layout = layout(groups, Math.toIntExact(count / groups));
            byte[] codes = form.words().unpack(bytes(packed), Math.toIntExact(count), bits);
            byte[] planes = MultiBitWeight.planes(layout, bits, codes);
            float[] values = reader.floats(levels);
            return arranged(
                    form.shared()
                            ? shared(layout, bits, planes, values, type)
                            : separate(layout, bits, planes, values, type));
        }

        private byte[] bytes(TensorProto tensor) {
            ByteBuffer raw = reader.rawBytes(tensor);
            byte[] bytes = new byte[raw.remaining()];
            raw.get(bytes);
            return bytes;
        }

        /** How many codes the bytes hold. */
        private long codes(TensorProto packed, int bits, int groups) {
            boolean aligned = form.rows() == Rows.ALIGNED;
            CodeWords words = form.words();
            int rank = 1 + (aligned ? 1 : 0) + (words.hasHighParts() ? 1 : 0);
            if (TensorReader.type(packed) != ElementType.UINT8
                    || packed.getDimsCount() != rank
                    || (aligned && packed.getDims(0) != groups)
                    || (words.hasHighParts() && packed.getDims(rank - 1) != words.unitBytes())) {
                throw bad("has codes " + packed.getDimsList() + " that are not bytes as its function wants them");
            }
            // Both are at most 2^31, and the reader has compared their product with the bytes that are there.
            reader.check(packed);
            long units = reader.bytes(packed) / words.unitBytes();
            long room = Math.multiplyExact(units, words.unitCodes(bits));
            if (form.rows() != Rows.CUT) {
                return room;
            }
            int[] cut = integers(DecodeArguments.CUT, 2);
            if (cut[0] < 1 || cut[1] < 1 || (long) cut[0] + cut[1] != room || cut[1] >= words.unitCodes(bits)) {
                throw bad(String.format(Locale.ROOT, "has room for %d codes and says %s", room, Arrays.toString(cut)));
            }
            return cut[0];
        }

        private GroupLayout layout(int groups, int groupSize) {
            int rows = groups;
            if (form.grouped()) {
                rows = Math.clamp(NodeView.of(node).integer(DecodeArguments.ROWS, 0), 0, Integer.MAX_VALUE);
                if (rows < 1 || groups % rows != 0) {
                    throw bad(String.format(Locale.ROOT, "has %d groups for %d rows", groups, rows));
                }
            }
            int perRow = groups / rows;
            long padded = (long) perRow * groupSize;
            long length = padded;
            if (form.ragged()) {
                int[] matrix = integers(DecodeArguments.MATRIX, 2);
                int[] row = integers(DecodeArguments.ROW, 2);
                length = row[0];
                if (matrix[0] != rows || matrix[1] != padded || row[1] < 1 || length + row[1] != padded) {
                    throw bad(String.format(
                            Locale.ROOT,
                            "has %d groups of %d, which are not the rows %s of %s",
                            groups,
                            groupSize,
                            Arrays.toString(row),
                            Arrays.toString(matrix)));
                }
            }
            try {
                return new GroupLayout(rows, Math.toIntExact(length), perRow, groupSize);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw bad("has groups that do not fit its rows: " + e.getMessage());
            }
        }

        private MultiBitWeight separate(
                GroupLayout layout, int bits, byte[] planes, float[] values, CoefficientType type) {
            int groups = layout.groups();
            int columns = values.length / groups;
            float[] coefficients = new float[groups * bits];
            float[] offsets = new float[form.offset() ? groups : 0];
            for (int g = 0; g < groups; g++) {
                System.arraycopy(values, g * columns, coefficients, g * bits, bits);
                if (form.offset()) {
                    offsets[g] = finite(values[g * columns + bits]);
                }
            }
            checkFalling(coefficients, bits);
            return new MultiBitWeight(layout, bits, planes, coefficients, offsets, type);
        }

        private MultiBitWeight shared(
                GroupLayout layout, int bits, byte[] planes, float[] values, CoefficientType type) {
            TensorProto factors = input(2, "factors");
            if (coefficientType(factors) != type) {
                throw bad("has factors of another type than its coefficients");
            }
            float[] scales = reader.floats(factors);
            for (float scale : scales) {
                if (!(finite(scale) >= 0)) {
                    throw bad("has a factor below 0");
                }
            }
            float[] coefficients = Arrays.copyOf(values, bits);
            checkFalling(coefficients, bits);
            return MultiBitWeight.ofShared(
                    layout, bits, planes, new SharedLevels(coefficients, finite(values[bits]), scales), type);
        }

        private void checkFalling(float[] values, int bits) {
            for (int i = 0; i < values.length; i++) {
                float above = i % bits == 0 ? Float.MAX_VALUE : values[i - 1];
                if (!(values[i] >= 0 && values[i] <= above)) {
                    throw bad("has coefficients that are not falling and >= 0 in group " + i / bits);
                }
            }
        }

        private float finite(float value) {
            if (!Float.isFinite(value)) {
                throw bad("has an offset or a factor that is not finite");
            }
            return value;
        }

        private CoefficientType coefficientType(TensorProto tensor) {
            return switch (TensorReader.type(tensor)) {
                case FLOAT16 -> CoefficientType.FLOAT16;
                case FLOAT -> CoefficientType.FLOAT32;
                default -> throw bad("has coefficients that are neither fp16 nor fp32");
            };
        }

        private int dimension(TensorProto tensor, int index, int rank) {
            if (tensor.getDimsCount() != rank
                    || tensor.getDims(index) < 1
                    || tensor.getDims(index) > Integer.MAX_VALUE) {
                throw bad("has coefficients or factors of the shape " + tensor.getDimsList());
            }
            return Math.toIntExact(tensor.getDims(index));
        }

        private PackedWeight arranged(MultiBitWeight weight) {
            int[] view = integers(DecodeArguments.SHAPE, 0);
            int[] permutation = form.order() == Order.IN_ORDER
                    ? IntStream.range(0, view.length).toArray()
                    : integers(DecodeArguments.PERMUTATION, view.length);
            int weights = weight.layout().weights();
            if (product(view) != weights || !Transposition.isPermutation(permutation, view.length)) {
                throw bad(String.format(
                        Locale.ROOT,
                        "has the shape %s and permutation %s, which do not fit %d weights",
                        Arrays.toString(view),
                        Arrays.toString(permutation),
                        weights));
            }
            int[] shape = form.order() == Order.RESHAPED
                    ? integers(DecodeArguments.END, 0)
                    : Transposition.shape(view, permutation);
            if (product(shape) != weights) {
                throw bad("has the shape " + Arrays.toString(shape) + " for " + weights + " weights");
            }
            ElementType type = form.cast() ? NodeView.of(node).type(DecodeArguments.TYPE) : ElementType.FLOAT;
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
            String name = NodeView.of(node).input(index);
            TensorProto tensor = initializers.get(name);
            if (tensor == null) {
                throw bad("has " + what + " '" + name + "' that are not stored in the model");
            }
            return tensor;
        }

        /** A list of integers, of any length where {@code length} is 0. */
        private int[] integers(String name, int length) {
            AttributeProto attribute =
                    NodeView.of(node).attribute(name).orElseThrow(() -> bad("lacks the attribute '" + name + "'"));
            LongStream values = attribute.hasT()
                    ? tensor(attribute.getT())
                    : attribute.getIntsList().stream().mapToLong(Long::longValue);
            int[] list = values.mapToInt(value -> Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE))
                    .toArray();
            if (length != 0 && list.length != length) {
                throw bad("has the attribute " + name + " of " + list.length + " numbers where " + length + " belong");
            }
            return list;
        }

        /** Integers, as floats where the opset wants it. */
        private LongStream tensor(TensorProto tensor) {
            if (TensorReader.type(tensor).isInteger()) {
                return Arrays.stream(reader.longs(tensor));
            }
            float[] values = reader.floats(tensor);
            return IntStream.range(0, values.length).mapToLong(i -> (long) values[i]);
        }

        private InputException bad(String problem) {
            return InputException.of(where, problem, "the packed weight is damaged: quantize the original model again");
        }
    }
}
