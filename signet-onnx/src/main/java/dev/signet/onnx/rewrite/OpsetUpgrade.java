package dev.signet.onnx.rewrite;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.Domains;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.build.UniqueNames;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.packed.MultiBitFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model in a later opset, with the same meaning: for operators whose meaning has not changed since the model's opset, or changed
 * only in that a list of integers is an input and no attribute any more. Source: the changelog of ONNX's operators, up to opset 25.
 */
final class OpsetUpgrade {
    /** Up to here the tables below are known to hold. */
    static final int LATEST = 25;

    private static final int OPSET_OF_INPUT_LISTS = 13;
    private static final int OPSET_OF_REDUCTION_INPUTS = 18;

    /** From which opset on an operator means what it means in {@link #LATEST}; by that opset. */
    private static final Map<String, Integer> SAME_SINCE = since(Map.ofEntries(
            Map.entry(
                    1,
                    "Conv ConvTranspose MaxPool GlobalAveragePool GlobalMaxPool LRN MatMul Softplus Softsign Flatten"
                            + " Transpose Identity Constant Shape Size Gather Not DepthToSpace SpaceToDepth ArgMax ArgMin"
                            + " LpNormalization"),
            Map.entry(4, "Concat"),
            Map.entry(5, "Reshape"),
            Map.entry(
                    6,
                    "Relu Sigmoid Tanh Exp Log Sqrt Abs Neg Floor Ceil Reciprocal Elu Selu HardSigmoid LeakyRelu"
                            + " InstanceNormalization Tile Cast"),
            Map.entry(
                    7,
                    "AveragePool Gemm Add Sub Mul Div Pow PRelu Equal Less Greater And Or Xor BatchNormalization LSTM"
                            + " GRU RNN Sin Cos Tan Asin Acos Atan Dropout"),
            Map.entry(8, "Max Min Sum Mean Expand"),
            Map.entry(
                    9,
                    "Erf Sign Sinh Cosh ConstantOfShape Where NonZero IsNaN EyeLike MeanVarianceNormalization OneHot"),
            Map.entry(10, "Slice Mod TopK NonMaxSuppression IsInf"),
            Map.entry(
                    11,
                    "Clip Pad Resize GatherElements GatherND CumSum Range Round ScatterND ScatterElements If Loop Det"
                            + " BitShift"),
            Map.entry(12, "Einsum Celu LessOrEqual GreaterOrEqual"),
            Map.entry(13, "Softmax LogSoftmax Hardmax DequantizeLinear"),
            Map.entry(14, "HardSwish Trilu"),
            Map.entry(16, "RoiAlign"),
            Map.entry(17, "LayerNormalization"),
            Map.entry(18, "Mish"),
            Map.entry(20, "Gelu GridSample"),
            Map.entry(21, "GroupNormalization")));

    private static final Set<String> REDUCTIONS = Set.of(
            "ReduceMax",
            "ReduceMin",
            "ReduceMean",
            "ReduceProd",
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceSumSquare");

    private final int from;
    private final int to;
    private final UniqueNames names;
    private final List<TensorProto> lists = new ArrayList<>();
    private String obstacle = "";

    private OpsetUpgrade(int from, int to, UniqueNames names) {
        this.from = from;
        this.to = to;
        this.names = names;
    }

    /**
     * A model in another opset, or why it can not be.
     *
     * @param model the model
     * @param obstacle where there is none: what stands in the way, for people
     */
    record Outcome(Optional<ModelProto> model, String obstacle) {}

    /** The model in opset {@code to}, which is later than its own. Calls of Signet's own functions are left alone. */
    static Outcome of(ModelProto model, int from, int to) {
        boolean functions = model.getFunctionsList().stream()
                .anyMatch(function -> !function.getDomain().equals(MultiBitFunction.DOMAIN));
        if (functions) {
            return new Outcome(Optional.empty(), "it has functions of its own");
        }
        OpsetUpgrade upgrade = new OpsetUpgrade(from, to, new UniqueNames(model.getGraph()));
        GraphProto graph = upgrade.graph(model.getGraph());
        if (!upgrade.obstacle.isEmpty()) {
            return new Outcome(Optional.empty(), upgrade.obstacle);
        }
        ModelProto.Builder raised = model.toBuilder().setGraph(graph.toBuilder().addAllInitializer(upgrade.lists));
        IrVersion.raise(raised, irVersion(to));
        for (int i = 0; i < raised.getOpsetImportCount(); i++) {
            if (Domains.isStandard(raised.getOpsetImport(i).getDomain())) {
                raised.getOpsetImportBuilder(i).setVersion(to);
            }
        }
        return new Outcome(Optional.of(raised.build()), "");
    }

    /** The version of the file format in which an opset's types came. */
    private static int irVersion(int opset) {
        return opset >= 25 ? 13 : opset >= 21 ? 10 : 7;
    }

    private GraphProto graph(GraphProto graph) {
        GraphProto.Builder raised = graph.toBuilder().clearNode();
        graph.getNodeList().forEach(node -> raised.addNode(raised(node)));
        return raised.build();
    }

    private NodeProto raised(NodeProto node) {
        NodeProto.Builder raised = node.toBuilder();
        for (AttributeProto.Builder attribute : raised.getAttributeBuilderList()) {
            if (attribute.hasG()) {
                attribute.setG(graph(attribute.getG()));
            }
            for (int i = 0; i < attribute.getGraphsCount(); i++) {
                attribute.setGraphs(i, graph(attribute.getGraphs(i)));
            }
        }
        if (!NodeView.of(node).isStandard()) {
            return raised.build();
        }
        String operator = node.getOpType();
        switch (operator) {
            case "Squeeze", "Unsqueeze", "ReduceSum" -> toInput(raised, "axes", OPSET_OF_INPUT_LISTS);
            case "Split" -> split(raised);
            case "Dropout" -> drop(raised, "ratio");
            default -> {
                if (REDUCTIONS.contains(operator)) {
                    toInput(raised, "axes", OPSET_OF_REDUCTION_INPUTS);
                } else if (!isSame(node)) {
                    obstacle = NodeView.of(node).label(0) + ", a " + operator + ", means something else there";
                }
            }
        }
        return raised.build();
    }

    private boolean isSame(NodeProto node) {
        if (node.getOpType().equals("BatchNormalization")) {
            boolean training = node.getOutputCount() > 1 || NodeView.of(node).has("spatial");
            if (training && from < 14) {
                return false;
            }
        }
        return SAME_SINCE.getOrDefault(node.getOpType(), Integer.MAX_VALUE) <= from;
    }

    /** An attribute with a list is the second input from opset {@code since} on. */
    private void toInput(NodeProto.Builder node, String attribute, int since) {
        if (from >= since || to < since) {
            return;
        }
        NodeView.of(node.build()).integers(attribute).ifPresent(values -> {
            drop(node, attribute);
            TensorProto list = Tensors.longs(names.claim(attribute), values);
            lists.add(list);
            node.addInput(list.getName());
        });
    }

    private void split(NodeProto.Builder node) {
        toInput(node, "split", OPSET_OF_INPUT_LISTS);
        if (node.getInputCount() < 2 && from < OPSET_OF_REDUCTION_INPUTS && to >= OPSET_OF_REDUCTION_INPUTS) {
            node.addAttribute(Attributes.integer("num_outputs", node.getOutputCount()));
        }
    }

    private void drop(NodeProto.Builder node, String attribute) {
        for (int i = node.getAttributeCount() - 1; i >= 0; i--) {
            if (node.getAttribute(i).getName().equals(attribute)) {
                node.removeAttribute(i);
            }
        }
    }

    private static Map<String, Integer> since(Map<Integer, String> operators) {
        Map<String, Integer> since = new HashMap<>();
        operators.forEach((opset, names) -> {
            for (String name : names.split(" ", -1)) {
                since.put(name, opset);
            }
        });
        return Map.copyOf(since);
    }
}
