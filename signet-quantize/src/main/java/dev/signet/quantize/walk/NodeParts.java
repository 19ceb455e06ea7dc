package dev.signet.quantize.walk;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.quantize.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Takes nodes out of a model, together with the constants that they stand on, and opens them. */
final class NodeParts {
    private final OnnxModel model;
    private final GraphIndex index;
    private final TensorReader reader;
    private final int threads;

    NodeParts(OnnxModel model, GraphIndex index, int threads) {
        this.model = model;
        this.index = index;
        this.reader = new TensorReader(model);
        this.threads = threads;
    }

    /** The tensors that a node needs from outside: all its inputs that are not constant. */
    Set<String> inputs(int node) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : Subgraphs.inputs(index.node(node))) {
            if (!index.isConstant(name) && (index.producer(name).isPresent() || index.isInput(name))) {
                names.add(name);
            }
        }
        return names;
    }

    /** The values of a constant of floating point. */
    float[] constant(String name) {
        try (NodeSession session = open(List.of(), List.of(name), Map.of(), Map.of(), Map.of());
                OnnxTensor value = session.run(Map.of()).getFirst()) {
            return Tensor.floats(value);
        }
    }

    /**
     * A session of nodes.
     *
     * @param wanted what it gives
     * @param fed tensors that will be fed: their types
     * @param given constants that the model does not have
     * @param replaced make constants that stand for the model's own of the same names
     */
    NodeSession open(
            List<NodeProto> nodes,
            List<String> wanted,
            Map<String, OnnxTensor> fed,
            Map<String, TensorProto> given,
            Map<String, Supplier<TensorProto>> replaced) {
        Map<String, TensorProto> constants = new LinkedHashMap<>();
        var large = new LargeConstants();
        given.forEach((name, tensor) -> put(name, tensor, constants, large));
        Map<Integer, NodeProto> constantNodes = new TreeMap<>();
        List<String> open = new ArrayList<>(wanted);
        nodes.forEach(node -> open.addAll(Subgraphs.inputs(node)));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            String name = open.removeLast();
            if (constants.containsKey(name)
                    || large.contains(name)
                    || fed.containsKey(name)
                    || !seen.add(name)
                    || !index.isConstant(name)) {
                continue;
            }
            Supplier<TensorProto> replacement = replaced.get(name);
            if (replacement != null) {
                put(name, replacement.get(), constants, large);
            } else if (index.initializer(name).isPresent()) {
                put(name, index.initializer(name).get(), constants, large);
            } else {
                // A sparse initializer has no producer; the session takes it from the model.
                index.producer(name).ifPresent(producer -> {
                    constantNodes.put(index.rank(producer), index.node(producer));
                    open.addAll(Subgraphs.inputs(index.node(producer)));
                });
            }
        }
        List<NodeProto> all = new ArrayList<>(constantNodes.values());
        all.addAll(nodes);
        String where = nodes.isEmpty()
                ? model.where()
                : model.where() + ": node '" + nodes.getFirst().getName() + "'";
        return NodeSession.open(model.proto(), all, constants, large, fed, wanted, where, threads);
    }

    private void put(String name, TensorProto tensor, Map<String, TensorProto> constants, LargeConstants large) {
        if (LargeConstants.isLarge(tensor, reader)) {
            large.put(name, tensor, reader);
        } else {
            constants.put(name, reader.embedded(tensor));
        }
    }
}
