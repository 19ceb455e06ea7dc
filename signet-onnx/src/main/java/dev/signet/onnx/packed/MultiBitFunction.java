package dev.signet.onnx.packed;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.GraphBuilder;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.packed.DecodeForm.Order;
import dev.signet.onnx.packed.DecodeForm.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The model-local functions whose calls stand for quantized weights: each expands codes and coefficients to a tensor with standard
 * operators only, so that any runtime with local functions can do it, once, when it loads the model. There is one for each
 * {@link DecodeForm} that a model needs.
 *
 * <p>A function imports the opset of its model, since runtimes put its nodes into the model's graph and from then on take them for
 * nodes of the <em>model's</em> opset.
 */
public final class MultiBitFunction {
    /** The functions' domain. */
    public static final String DOMAIN = "dev.signet";
    /** What the functions' names start with. */
    public static final String NAME = "MultiBitWeight";
    /** The version of the domain that the format has. */
    public static final int VERSION = 1;
    /** The first IR version with local functions. */
    public static final int MIN_IR_VERSION = 8;

    /** From this opset on a Constant can be a list of integers. */
    private static final int OPSET_OF_INTEGER_LISTS = 12;

    private MultiBitFunction() {}

    /** Whether {@code node} calls a function of such a name; what that does must be looked up in the model. */
    public static boolean isCall(NodeProto node) {
        return node.getDomain().equals(DOMAIN) && node.getOpType().startsWith(NAME);
    }

    /** The known functions that {@code model} brings along, by their names. */
    static Map<String, DecodeForm> known(ModelProto model) {
        Map<String, DecodeForm> known = new HashMap<>();
        for (FunctionProto function : model.getFunctionsList()) {
            form(function).ifPresent(form -> known.put(function.getName(), form));
        }
        return known;
    }

    /** The names of all functions of this domain that {@code model} brings along, known or not. */
    static Set<String> declared(ModelProto model) {
        return model.getFunctionsList().stream()
                .filter(function -> function.getDomain().equals(DOMAIN))
                .map(FunctionProto::getName)
                .collect(Collectors.toSet());
    }

    /** Whether {@code function} is one of these to the letter, comments aside. */
    public static boolean isKnown(FunctionProto function) {
        return form(function).isPresent();
    }

    private static Optional<DecodeForm> form(FunctionProto function) {
        if (!function.getDomain().equals(DOMAIN) || function.getOpsetImportCount() != 1) {
            return Optional.empty();
        }
        int opset = Math.clamp(function.getOpsetImport(0).getVersion(), 0, Integer.MAX_VALUE);
        FunctionProto bare =
                function.toBuilder().clearDocString().clearMetadataProps().build();
        return DecodeForm.named(function.getName())
                .filter(form -> proto(form, opset).equals(bare));
    }

    /** The function of a form in a model of {@code opset}. */
    static FunctionProto proto(DecodeForm form, int opset) {
        List<String> inputs = new ArrayList<>(List.of(DecodeArguments.CODES, DecodeArguments.LEVELS));
        if (form.shared()) {
            inputs.add(DecodeArguments.SCALES);
        }
        int[] names = {0};
        GraphBuilder graph = new GraphBuilder(operator -> shortName(names[0]++));
        DecodeSteps.add(graph, form, opset, new References(graph, opset), new HashMap<>());
        graph.nameLast("w");
        return FunctionProto.newBuilder()
                .setDomain(DOMAIN)
                .setName(form.name())
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .addAllInput(inputs)
                .addOutput("w")
                .addAllAttribute(attributes(form))
                .addAllNode(graph.nodes())
                .build();
    }

    /** The attributes of a call. */
    private static List<String> attributes(DecodeForm form) {
        List<String> names = new ArrayList<>();
        if (form.rows() == Rows.CUT) {
            names.add(DecodeArguments.CUT);
        }
        if (form.ragged()) {
            names.add(DecodeArguments.MATRIX);
            names.add(DecodeArguments.ROW);
        }
        if (form.grouped()) {
            names.add(DecodeArguments.ROWS);
        }
        names.add(DecodeArguments.SHAPE);
        if (form.order() != Order.IN_ORDER) {
            names.add(DecodeArguments.PERMUTATION);
        }
        if (form.order() == Order.RESHAPED) {
            names.add(DecodeArguments.END);
        }
        if (form.cast()) {
            names.add(DecodeArguments.TYPE);
        }
        return names;
    }

    /** t0, t1, ... as short as names can be. */
    private static String shortName(int index) {
        return "t" + Integer.toString(index, Character.MAX_RADIX);
    }

    /** The type of a call's attribute that is a list of integers. */
    static AttributeType listType(String attribute, int opset) {
        return switch (attribute) {
            case DecodeArguments.MATRIX, DecodeArguments.SHAPE, DecodeArguments.END ->
                opset >= OPSET_OF_INTEGER_LISTS ? AttributeType.INTS : AttributeType.TENSOR;
            default -> AttributeType.INTS;
        };
    }

    /** A call's attribute that is a list of integers. */
    static AttributeProto list(String attribute, int opset, int... values) {
        return listType(attribute, opset) == AttributeType.INTS
                ? Attributes.integers(attribute, values)
                : Attributes.tensor(
                        attribute,
                        Tensors.integers(
                                opset, Arrays.stream(values).asLongStream().toArray()));
    }

    /** The function's own inputs and attributes. */
    private record References(GraphBuilder graph, int opset) implements DecodeArguments {
        @Override
        public String tensor(String argument) {
            return argument;
        }

        @Override
        public AttributeProto integers(String name, String argument) {
            return Attributes.reference(name, AttributeType.INTS, argument);
        }

        @Override
        public AttributeProto integer(String name, String argument) {
            return Attributes.reference(name, AttributeType.INT, argument);
        }

        @Override
        public String list(String argument) {
            AttributeType type = listType(argument, opset);
            return type == AttributeType.INTS
                    ? graph.add("Constant", List.of(), Attributes.reference("value_ints", type, argument))
                    : graph.integers(opset, Attributes.reference("value", type, argument));
        }
    }
}
