package dev.signet.onnx.rewrite;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.MultiBitWeight;
import dev.signet.onnx.InputException;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.build.UniqueNames;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.packed.MultiBitFunction;
import dev.signet.onnx.packed.PackedWeight;
import dev.signet.onnx.scan.FilterView;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.scan.WeightTensor.Source;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes quantized weights into a model, which otherwise stays as it is: names, order, metadata, external data. */
public final class ModelRewriter {
    // The first opset in which Add broadcasts without being told to.
    private static final int MIN_OPSET = 7;

    private final OnnxModel source;

    /** A rewriter of {@code source}, which is not changed. */
    public ModelRewriter(OnnxModel source) {
        this.source = source;
    }

    /**
     * The quantized twin of the model.
     *
     * @param weights for some of the model's weights, as its scan lists them, what replaces them
     * @return a model with the path of the source, whose external data it goes on using
     * @throws InputException if the model can not have the format
     * @throws IllegalArgumentException if a multi-bit weight has another number of weights than its tensor
     */
    public OnnxModel rewrite(
            Map<WeightTensor, MultiBitWeight> weights, Format format, Provenance provenance, GraphEdits edits) {
        if (format == Format.DQ && !weights.isEmpty()) {
            return new PackedConversion(rewrite(weights, Format.PACKED, provenance, edits)).to(format);
        }
        List<Map.Entry<WeightTensor, MultiBitWeight>> ordered = weights.entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry::getKey, STORED_ORDER))
                .toList();
        ModelProto.Builder model = source.proto().toBuilder();
        UniqueNames names = new UniqueNames(model.getGraph());
        GraphProto edited = new EditedGraph(source, names).apply(edits);
        if (format == Format.FLOAT) {
            model.setGraph(withFloatWeights(edited, ordered));
        } else if (!ordered.isEmpty()) {
            checkOpset();
            WeightWriter writer = writer(ordered, format, names);
            model.setGraph(withoutWeights(edited, ordered, writer));
            addFunctions(model, writer.functions());
            int needed = format == Format.PACKED ? MultiBitFunction.MIN_IR_VERSION : IrVersion.FREE_INITIALIZERS;
            IrVersion.raise(model, needed);
        } else {
            model.setGraph(edited);
        }
        if (!edits.equals(GraphEdits.NONE)) {
            IrVersion.raise(model, IrVersion.FREE_INITIALIZERS);
        }
        addMetadata(model, ordered, format, provenance);
        return source.with(model.build());
    }

    /** The quantized twin with nothing else changed and no provenance but the rewriter's own. */
    public OnnxModel rewrite(Map<WeightTensor, MultiBitWeight> weights, Format format) {
        return rewrite(weights, format, Provenance.of(Map.of()), GraphEdits.NONE);
    }

    private static final Comparator<WeightTensor> STORED_ORDER = Comparator.comparingInt(
                    (WeightTensor weight) -> weight.source() instanceof Source.Initializer ? 0 : 1)
            .thenComparingInt(weight -> switch (weight.source()) {
                case Source.Initializer(int index) -> index;
                case Source.ConstantNode(int index) -> index;
            });

    private WeightWriter writer(
            List<Map.Entry<WeightTensor, MultiBitWeight>> weights, Format format, UniqueNames names) {
        WeightWriter writer = new WeightWriter(names, source.opset());
        for (Map.Entry<WeightTensor, MultiBitWeight> entry : weights) {
            PackedWeight packed = packed(entry.getKey(), entry.getValue());
            writer.documentNext(entry.getKey().stored().getDocString());
            if (format == Format.PACKED) {
                writer.addCall(packed);
            } else {
                writer.addInline(packed);
            }
        }
        return writer;
    }

    private static PackedWeight packed(WeightTensor tensor, MultiBitWeight weight) {
        FilterView view = tensor.view();
        if (weight.layout().weights() != Math.multiplyExact(view.filters(), view.inputs())) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s has %d x %d weights, not %d",
                    tensor.name(),
                    view.filters(),
                    view.inputs(),
                    weight.layout().weights()));
        }
        return new PackedWeight(
                tensor.name(), weight, view.shape(), view.permutation(), view.tensorShape(), tensor.elementType());
    }

    /** Takes the weights out of the graph, and puts what the writer has in their place, before all other nodes. */
    private static GraphProto withoutWeights(
            GraphProto graph, List<Map.Entry<WeightTensor, MultiBitWeight>> weights, WeightWriter writer) {
        Set<String> gone = new HashSet<>();
        weights.forEach(entry -> gone.add(entry.getKey().name()));
        GraphProto.Builder rewritten =
                graph.toBuilder().clearInitializer().clearNode().clearInput();
        graph.getInputList().stream()
                .filter(input -> !gone.contains(input.getName()))
                .forEach(rewritten::addInput);
        graph.getInitializerList().stream()
                .filter(tensor -> !gone.contains(tensor.getName()))
                .forEach(rewritten::addInitializer);
        rewritten.addAllInitializer(writer.initializers()).addAllNode(writer.nodes());
        graph.getNodeList().stream()
                .filter(node -> node.getOutputCount() == 0 || !gone.contains(node.getOutput(0)))
                .forEach(rewritten::addNode);
        return rewritten.build();
    }

    /** Replaces the values of the weights where they are. */
    private static GraphProto withFloatWeights(
            GraphProto graph, List<Map.Entry<WeightTensor, MultiBitWeight>> weights) {
        Map<WeightTensor, float[]> values = new LinkedHashMap<>();
        weights.forEach(entry -> values.put(
                entry.getKey(), packed(entry.getKey(), entry.getValue()).dequantize()));
        return withValues(graph, values);
    }

    /**
     * The model with other values for some of its weights, and nothing else changed: to try what other methods make of them.
     *
     * @param values in the tensors' order
     */
    public OnnxModel withValues(Map<WeightTensor, float[]> values) {
        ModelProto proto = source.proto();
        return source.with(
                proto.toBuilder().setGraph(withValues(proto.getGraph(), values)).build());
    }

    private static GraphProto withValues(GraphProto graph, Map<WeightTensor, float[]> weights) {
        Map<String, TensorProto> values = new TreeMap<>();
        weights.forEach((tensor, numbers) -> {
            TensorProto value = Tensors.floats(tensor.name(), tensor.elementType(), tensor.shape(), numbers);
            values.put(tensor.name(), documented(value, tensor));
        });
        GraphProto.Builder rewritten = graph.toBuilder();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto value = values.get(graph.getInitializer(i).getName());
            if (value != null) {
                rewritten.setInitializer(i, value);
            }
        }
        for (int i = 0; i < graph.getNodeCount(); i++) {
            NodeProto node = graph.getNode(i);
            TensorProto value = node.getOutputCount() == 0 ? null : values.get(node.getOutput(0));
            if (value != null) {
                rewritten.setNode(i, withValue(node, value));
            }
        }
        return rewritten.build();
    }

    private static TensorProto documented(TensorProto value, WeightTensor tensor) {
        return tensor.stored().hasDocString()
                ? value.toBuilder().setDocString(tensor.stored().getDocString()).build()
                : value;
    }

    private static NodeProto withValue(NodeProto constant, TensorProto value) {
        NodeProto.Builder node = constant.toBuilder();
        for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
            if (attribute.getName().equals("value")) {
                attribute.setT(value);
            }
        }
        return node.build();
    }

    private void checkOpset() {
        if (source.opset() < MIN_OPSET) {
            throw InputException.of(
                    source.where(),
                    String.format(
                            Locale.ROOT, "has opset %d, and sign planes need %d or later", source.opset(), MIN_OPSET),
                    "convert the model to a later opset, or use the float format");
        }
    }

    private void addFunctions(ModelProto.Builder model, Collection<FunctionProto> functions) {
        if (functions.isEmpty()) {
            return;
        }
        Map<String, FunctionProto> declared = new HashMap<>();
        source.proto().getFunctionsList().stream()
                .filter(function -> function.getDomain().equals(MultiBitFunction.DOMAIN))
                .forEach(function -> declared.put(function.getName(), function));
        for (FunctionProto function : functions) {
            FunctionProto there = declared.get(function.getName());
            if (there == null) {
                model.addFunctions(function);
            } else if (!MultiBitFunction.isKnown(there)) {
                throw InputException.of(
                        source.where(),
                        "has another function called " + MultiBitFunction.DOMAIN + "." + function.getName(),
                        "quantize the original model, or use the inline format");
            }
        }
        boolean imported = model.getOpsetImportList().stream()
                .anyMatch(opset -> opset.getDomain().equals(MultiBitFunction.DOMAIN));
        if (!imported) {
            model.addOpsetImport(OperatorSetIdProto.newBuilder()
                    .setDomain(MultiBitFunction.DOMAIN)
                    .setVersion(MultiBitFunction.VERSION));
        }
    }

    private static void addMetadata(
            ModelProto.Builder model,
            List<Map.Entry<WeightTensor, MultiBitWeight>> weights,
            Format format,
            Provenance provenance) {
        SortedMap<String, String> entries = new TreeMap<>(provenance.entries());
        entries.put(Provenance.FORMAT, format.text());
        if (!weights.isEmpty()) {
            entries.put(
                    Provenance.BITS,
                    weights.stream()
                            .map(entry -> Integer.toString(entry.getValue().bits()))
                            .collect(Collectors.joining(",")));
        }
        List<StringStringEntryProto> old = List.copyOf(model.getMetadataPropsList());
        model.clearMetadataProps();
        old.stream().filter(entry -> !entries.containsKey(entry.getKey())).forEach(model::addMetadataProps);
        entries.forEach((key, value) -> model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    }
}
