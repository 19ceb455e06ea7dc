package dev.signet.onnx.rewrite;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.Messages;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.Bodies;
import dev.signet.onnx.tensor.TensorReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A model without what no runtime reads: stack traces and other documentation of nodes, shapes between nodes, initializers that
 * nobody uses; stripped, without names inside and documentation, too. What it computes, and what its inputs and outputs are
 * called, stays.
 *
 * @param model the lean model
 * @param renamed of a stripped model, what the source's tensors are called; others have their names
 * @param notes what a person should know that it is gone
 */
public record LeanModel(OnnxModel model, Map<String, String> renamed, List<String> notes) {
    /** Less than this is not worth a word. */
    private static final int WORTH_A_NOTE = 1000;

    /** Makes a model lean. */
    public static LeanModel of(OnnxModel model, Documentation documentation) {
        List<String> notes = new ArrayList<>();
        GraphProto graph = withoutUnused(model, notes);
        if (documentation == Documentation.KEPT) {
            return new LeanModel(with(model, graph), Map.of(), notes);
        }
        GraphProto lean = withoutExporters(graph).toBuilder().clearValueInfo().build();
        int gone = graph.getSerializedSize() - lean.getSerializedSize();
        if (gone >= WORTH_A_NOTE) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%,d bytes that exporters wrote about nodes (documentation, shapes) were left out; --keep-docs keeps them",
                    gone));
        }
        ModelProto.Builder changed = model.proto().toBuilder().setGraph(lean);
        changed.getFunctionsBuilderList().forEach(function -> {
            List<NodeProto> nodes = function.getNodeList().stream()
                    .map(LeanModel::withoutExporter)
                    .toList();
            function.clearNode().addAllNode(nodes);
        });
        if (documentation == Documentation.LEAN) {
            return new LeanModel(model.with(changed.build()), Map.of(), notes);
        }
        Map<String, String> renamed = shortNames(lean);
        changed.setGraph(stripped(lean, renamed)).clearDocString();
        changed.getFunctionsBuilderList().forEach(function -> function.clearDocString());
        var own = changed.getMetadataPropsList().stream()
                .filter(entry -> entry.getKey().startsWith(Provenance.PREFIX))
                .toList();
        changed.clearMetadataProps().addAllMetadataProps(own);
        return new LeanModel(model.with(changed.build()), renamed, notes);
    }

    private static OnnxModel with(OnnxModel model, GraphProto graph) {
        return model.with(model.proto().toBuilder().setGraph(graph).build());
    }

    private static GraphProto withoutUnused(OnnxModel model, List<String> notes) {
        GraphProto graph = model.proto().getGraph();
        Set<String> used = new HashSet<>();
        Bodies.allNodes(graph.getNodeList()).forEach(node -> {
            used.addAll(node.getInputList());
            // A body may give a tensor from outside as its output.
            Bodies.of(node).forEach(body -> names(body.getOutputList()).forEach(used::add));
        });
        names(graph.getOutputList()).forEach(used::add);
        // Whoever feeds it goes on to do so.
        names(graph.getInputList()).forEach(used::add);
        List<TensorProto> unused = graph.getInitializerList().stream()
                .filter(tensor -> !used.contains(tensor.getName()))
                .toList();
        if (unused.isEmpty()) {
            return graph;
        }
        var reader = new TensorReader(model);
        notes.add(String.format(
                Locale.ROOT,
                "no node uses %s, so %s left out (%,d bytes)",
                unused.size() == 1
                        ? "'" + Messages.oneLine(unused.getFirst().getName()) + "'"
                        : unused.size() + " initializers",
                unused.size() == 1 ? "it was" : "they were",
                unused.stream().mapToLong(tensor -> size(tensor, reader)).sum()));
        Set<String> gone = new HashSet<>();
        unused.forEach(tensor -> gone.add(tensor.getName()));
        List<TensorProto> rest = graph.getInitializerList().stream()
                .filter(tensor -> !gone.contains(tensor.getName()))
                .toList();
        return graph.toBuilder().clearInitializer().addAllInitializer(rest).build();
    }

    private static long size(TensorProto tensor, TensorReader reader) {
        return TensorReader.type(tensor).bits() == 0 ? tensor.getSerializedSize() : reader.bytes(tensor);
    }

    private static Stream<String> names(List<ValueInfoProto> values) {
        return values.stream().map(ValueInfoProto::getName);
    }

    private static GraphProto withoutExporters(GraphProto graph) {
        GraphProto.Builder lean = graph.toBuilder().clearNode();
        graph.getNodeList().forEach(node -> lean.addNode(withoutExporter(node)));
        return lean.build();
    }

    private static NodeProto withoutExporter(NodeProto node) {
        return Bodies.map(
                node.toBuilder().clearDocString().clearMetadataProps().build(),
                body -> withoutExporters(body).toBuilder().clearValueInfo().build());
    }

    /** Short names for all tensors of the main graph that are neither inputs nor outputs. */
    private static Map<String, String> shortNames(GraphProto graph) {
        Set<String> taken = new HashSet<>();
        names(graph.getInputList()).forEach(taken::add);
        names(graph.getOutputList()).forEach(taken::add);
        List<String> inside = new ArrayList<>();
        graph.getInitializerList().forEach(tensor -> inside.add(tensor.getName()));
        graph.getNodeList().forEach(node -> inside.addAll(node.getOutputList()));
        inside.removeIf(name -> name.isEmpty() || taken.contains(name));
        // Names in bodies stay, and must not come to mean something else.
        Bodies.allNodes(graph.getNodeList())
                .forEach(node -> Bodies.of(node).forEach(body -> taken.addAll(Bodies.defined(body))));
        Map<String, String> renamed = new HashMap<>();
        int count = 0;
        for (String name : inside) {
            String given = Integer.toString(count++, Character.MAX_RADIX);
            while (taken.contains(given)) {
                given = Integer.toString(count++, Character.MAX_RADIX);
            }
            renamed.putIfAbsent(name, given);
        }
        return renamed;
    }

    private static GraphProto stripped(GraphProto graph, Map<String, String> renamed) {
        GraphProto.Builder stripped = graph.toBuilder()
                .clearNode()
                .clearDocString()
                .clearMetadataProps()
                .clearQuantizationAnnotation();
        for (NodeProto node : graph.getNodeList()) {
            NodeProto.Builder changed =
                    Bodies.withInputs(node, renamed).toBuilder().clearName();
            for (int i = 0; i < node.getOutputCount(); i++) {
                changed.setOutput(i, renamed.getOrDefault(node.getOutput(i), node.getOutput(i)));
            }
            stripped.addNode(changed);
        }
        for (TensorProto.Builder tensor : stripped.getInitializerBuilderList()) {
            tensor.setName(renamed.getOrDefault(tensor.getName(), tensor.getName()))
                    .clearDocString();
        }
        stripped.getInputBuilderList().forEach(input -> input.clearDocString());
        stripped.getOutputBuilderList().forEach(output -> output.clearDocString());
        return stripped.build();
    }
}
