package dev.signet.onnx.rewrite;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.build.UniqueNames;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.linear.LinearWeight;
import dev.signet.onnx.linear.LinearWeights;
import dev.signet.onnx.node.Bodies;
import dev.signet.onnx.node.LocalFunctions;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.packed.MultiBitFunction;
import dev.signet.onnx.packed.MultiBitWeights;
import dev.signet.onnx.packed.PackedWeight;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gives a packed model another form, without quantizing again: its weights stay what they are to the bit. */
public final class PackedConversion {
    private final OnnxModel source;
    private final List<PackedWeight> weights;

    /**
     * A conversion of {@code source}, which is not changed.
     *
     * @throws InputException if it has no packed weights, or they contradict themselves
     */
    public PackedConversion(OnnxModel source) {
        this.source = source;
        List<PackedWeight> packed = MultiBitWeights.in(source);
        weights = packed.isEmpty() ? LinearWeights.in(source) : packed;
        if (weights.isEmpty()) {
            throw InputException.of(
                    source.where(),
                    "has no packed weights of Signet" + whatItHas(),
                    "give a file that 'signet quantize' wrote with --format packed or dq");
        }
    }

    private String whatItHas() {
        return source.proto().getMetadataPropsList().stream()
                .filter(entry -> entry.getKey().equals(Provenance.FORMAT))
                .map(entry -> switch (entry.getValue()) {
                    case "float" -> ": they were written as floats";
                    case "inline" -> ": they were written as plain nodes, which are not read back";
                    default -> "";
                })
                .findFirst()
                .orElse("");
    }

    /** How many weights are converted. */
    public int weights() {
        return weights.size();
    }

    /**
     * The model in another form, under the path of the source, whose external data it goes on using.
     *
     * @throws InputException if the model can not have that form
     */
    public OnnxModel to(Format format) {
        return format == Format.DQ ? linear() : written(format, source.proto());
    }

    private OnnxModel linear() {
        for (PackedWeight weight : weights) {
            if (LinearWeight.of(weight).isEmpty()) {
                throw InputException.of(
                        source.where() + ": tensor '" + weight.name() + "'",
                        "has levels that are not evenly spaced, and DequantizeLinear has no others",
                        "quantize the original model with --format dq, or convert to float or inline");
            }
        }
        return written(Format.DQ, LinearOpset.raised(source, weights));
    }

    private OnnxModel written(Format format, ModelProto proto) {
        GraphProto graph = proto.getGraph();
        UniqueNames names = new UniqueNames(graph);
        WeightWriter writer = new WeightWriter(names, source.with(proto).opset());
        GraphProto.Builder converted = withoutPacked(graph);
        switch (format) {
            case FLOAT -> weights.forEach(weight -> converted.addInitializer(decoded(weight)));
            case INLINE -> weights.forEach(writer::addInline);
            case PACKED -> weights.forEach(writer::addCall);
            case DQ -> weights.forEach(writer::addLinear);
        }
        List<NodeProto> others = List.copyOf(converted.getNodeList());
        converted
                .addAllInitializer(writer.initializers())
                .clearNode()
                .addAllNode(writer.nodes())
                .addAllNode(others);
        ModelProto.Builder model = proto.toBuilder().setGraph(converted);
        model.clearFunctions().addAllFunctions(otherFunctions()).addAllFunctions(writer.functions());
        if (writer.functions().isEmpty() && model.getFunctionsList().stream().noneMatch(PackedConversion::isOwn)) {
            removeDomain(model);
        }
        if (format == Format.PACKED) {
            withDomain(model);
        }
        setFormat(model, format);
        return source.with(model.build());
    }

    private static TensorProto decoded(PackedWeight weight) {
        return Tensors.floats(weight.name(), weight.type(), weight.shape(), weight.dequantize());
    }

    /** The graph without the calls and what only they use. */
    private GraphProto.Builder withoutPacked(GraphProto graph) {
        Set<String> made = new HashSet<>();
        weights.forEach(weight -> made.add(weight.name()));
        Set<String> inputs = new HashSet<>();
        GraphProto.Builder rest = graph.toBuilder().clearNode().clearInitializer();
        for (NodeProto node : graph.getNodeList()) {
            if (isWeight(node, made)) {
                inputs.addAll(node.getInputList());
            } else {
                rest.addNode(node);
            }
        }
        Bodies.allNodes(rest.getNodeList()).forEach(node -> inputs.removeAll(node.getInputList()));
        graph.getOutputList().stream().map(ValueInfoProto::getName).forEach(inputs::remove);
        graph.getInitializerList().stream()
                .filter(tensor -> !inputs.contains(tensor.getName()))
                .forEach(rest::addInitializer);
        return rest;
    }

    private static boolean isWeight(NodeProto node, Set<String> made) {
        boolean computed = MultiBitFunction.isCall(node) || NodeView.of(node).is("DequantizeLinear");
        return computed && made.contains(NodeView.of(node).output());
    }

    private static boolean isOwn(FunctionProto function) {
        return function.getDomain().equals(MultiBitFunction.DOMAIN);
    }

    /** The functions that no packed weight calls. */
    private List<FunctionProto> otherFunctions() {
        Set<String> called = new HashSet<>();
        Set<String> made = new HashSet<>();
        weights.forEach(weight -> made.add(weight.name()));
        source.proto().getGraph().getNodeList().stream()
                .filter(node -> MultiBitFunction.isCall(node) && made.contains(node.getOutput(0)))
                .forEach(node -> called.add(LocalFunctions.key(node)));
        return source.proto().getFunctionsList().stream()
                .filter(function -> !called.contains(LocalFunctions.key(function)))
                .toList();
    }

    private static void withDomain(ModelProto.Builder model) {
        boolean imported = model.getOpsetImportList().stream()
                .anyMatch(opset -> opset.getDomain().equals(MultiBitFunction.DOMAIN));
        if (!imported) {
            model.addOpsetImportBuilder().setDomain(MultiBitFunction.DOMAIN).setVersion(MultiBitFunction.VERSION);
        }
        IrVersion.raise(model, MultiBitFunction.MIN_IR_VERSION);
    }

    private static void removeDomain(ModelProto.Builder model) {
        for (int i = model.getOpsetImportCount() - 1; i >= 0; i--) {
            if (model.getOpsetImport(i).getDomain().equals(MultiBitFunction.DOMAIN)) {
                model.removeOpsetImport(i);
            }
        }
    }

    private static void setFormat(ModelProto.Builder model, Format format) {
        for (StringStringEntryProto.Builder entry : model.getMetadataPropsBuilderList()) {
            if (entry.getKey().equals(Provenance.FORMAT)) {
                entry.setValue(format.text());
            }
        }
    }
}
