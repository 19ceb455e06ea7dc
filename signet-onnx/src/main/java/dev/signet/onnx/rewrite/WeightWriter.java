package dev.signet.onnx.rewrite;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.build.UniqueNames;
import dev.signet.onnx.packed.MultiBitFunction;
import dev.signet.onnx.packed.PackedWeight;
import dev.signet.onnx.packed.SignTable;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.Transposition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the nodes and initializers that stand for quantized weights. */
final class WeightWriter {
    // From this opset on, Slice's bounds are inputs rather than attributes.
    private static final int OPSET_OF_SLICE_INPUTS = 10;

    private final UniqueNames names;
    private final int opset;
    private final List<NodeProto> nodes = new ArrayList<>();
    private final List<TensorProto> initializers = new ArrayList<>();
    private @Nullable String table;

    /**
     * A writer for one graph.
     *
     * @param opset the graph's opset, at least 7
     */
    WeightWriter(UniqueNames names, int opset) {
        this.names = names;
        this.opset = opset;
    }

    /** Adds a call of the local function, with its inputs. */
    void addCall(PackedWeight weight) {
        PackedWeight.InputNames inputs = inputs(weight);
        nodes.add(weight.call(MultiBitFunction.forOpset(opset), names.claim(weight.name() + ".multibit"), inputs));
    }

    /** Adds the steps of the local function as nodes, leaving out those that change nothing. */
    void addInline(PackedWeight weight) {
        PackedWeight.InputNames inputs = inputs(weight);
        GroupLayout layout = weight.weight().layout();
        int paddedRow = layout.groupsPerRow() * layout.groupSize();
        Chain chain = new Chain(weight.name(), inputs.planes());
        chain.cast(ElementType.INT32);
        chain.append("Gather", List.of(table(), chain.tensor));
        chain.cast(ElementType.FLOAT);
        chain.reshape(-1);
        if (weight.codeCount() % Byte.SIZE != 0) {
            chain.slice(0, weight.codeCount());
        }
        chain.reshape(layout.groups(), weight.weight().bits(), layout.groupSize());
        chain.append("MatMul", List.of(floats(weight, inputs.coefficients()), chain.tensor));
        if (weight.weight().offsets().length != 0) {
            chain.append("Add", List.of(chain.tensor, floats(weight, inputs.offsets())));
        }
        if (paddedRow != layout.rowLength()) {
            chain.reshape(layout.rows(), paddedRow);
            chain.slice(1, layout.rowLength());
        }
        if (!Transposition.isIdentity(weight.permutation())) {
            chain.reshape(weight.view());
            chain.append("Transpose", List.of(chain.tensor), Attributes.integers("perm", weight.permutation()));
        }
        chain.reshape(weight.shape());
        if (weight.type() != ElementType.FLOAT) {
            chain.cast(weight.type());
        }
        chain.nameLast();
    }

    private PackedWeight.InputNames inputs(PackedWeight weight) {
        PackedWeight.InputNames inputs = new PackedWeight.InputNames(
                names.claim(weight.name() + ".planes"),
                names.claim(weight.name() + ".coefficients"),
                names.claim(weight.name() + ".offsets"));
        initializers.addAll(weight.inputs(inputs));
        return inputs;
    }

    /** A tensor of coefficients as fp32. */
    private String floats(PackedWeight weight, String stored) {
        if (weight.weight().type() == CoefficientType.FLOAT32) {
            return stored;
        }
        String name = names.claim(stored + ".float");
        nodes.add(Attributes.node("Cast", List.of(stored), name, Attributes.type("to", ElementType.FLOAT)));
        return name;
    }

    private String table() {
        String name = table;
        if (name == null) {
            name = names.claim("signet.signs");
            initializers.add(SignTable.tensor(name));
            table = name;
        }
        return name;
    }

    /** In an order in which they can run. */
    List<NodeProto> nodes() {
        return nodes;
    }

    List<TensorProto> initializers() {
        return initializers;
    }

    /** Nodes of which each takes the output of the one before. */
    private final class Chain {
        private final String result;
        private String tensor;

        Chain(String result, String start) {
            this.result = result;
            this.tensor = start;
        }

        void append(String operator, List<String> inputs, AttributeProto... attributes) {
            String output = names.claim(result + "." + operator);
            nodes.add(Attributes.node(operator, inputs, output, attributes));
            tensor = output;
        }

        void cast(ElementType type) {
            append("Cast", List.of(tensor), Attributes.type("to", type));
        }

        void reshape(int... shape) {
            append("Reshape", List.of(tensor, integers(shape)));
        }

        /** Keeps elements 0..end of an axis. */
        void slice(int axis, int end) {
            if (opset >= OPSET_OF_SLICE_INPUTS) {
                append("Slice", List.of(tensor, integers(0), integers(end), integers(axis)));
            } else {
                append(
                        "Slice",
                        List.of(tensor),
                        Attributes.integers("starts", 0),
                        Attributes.integers("ends", end),
                        Attributes.integers("axes", axis));
            }
        }

        /** Gives the last output the name of the weight. */
        void nameLast() {
            int last = nodes.size() - 1;
            nodes.set(last, nodes.get(last).toBuilder().setOutput(0, result).build());
        }

        private String integers(int... values) {
            String name = names.claim(result + ".integers");
            initializers.add(
                    Tensors.longs(name, Arrays.stream(values).asLongStream().toArray()));
            return name;
        }
    }
}
