package dev.signet.quantize.fold;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.Bodies;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.scan.ScannedTensor;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.tensor.TensorReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Computes weights that a network makes from constants (weight normalization, standardized convolutions, masks, slices,
 * concatenations, the gates of recurrent layers, fake quantization) and stores them instead of what they are made of.
 *
 * <p>Only where that makes the file no larger: the stored tensors that nothing else uses must have had at least two bytes for each
 * element of the weights that are made of them. A table of indices, or a small tensor that is expanded, stays what it is.
 */
final class ConstantFolding {
    private static final int BYTES_PER_ELEMENT = 2;

    private final OnnxModel model;
    private final GraphIndex index;
    private final TensorReader reader;

    private ConstantFolding(OnnxModel model) {
        this.model = model;
        this.index = GraphIndex.of(model);
        this.reader = new TensorReader(model);
    }

    /**
     * The model with its computed weights stored.
     *
     * @param notes hears why a weight is not computed
     * @return the model itself where nothing changes
     */
    static ModelProto folded(OnnxModel model, List<String> notes) {
        return new ConstantFolding(model).folded(notes);
    }

    /**
     * A weight that is made of constants.
     *
     * @param value under the name of the first weight that is the same
     */
    private record Computed(TensorProto value, Set<String> sources) {}

    private ModelProto folded(List<String> notes) {
        Set<String> known =
                WeightScan.of(model).weights().stream().map(ScannedTensor::name).collect(Collectors.toSet());
        var constants = new Constants(model, index);
        Map<String, Computed> computed = new LinkedHashMap<>();
        // Several layers may compute the same of the same tensors; it is stored once.
        Map<TensorProto, TensorProto> distinct = new HashMap<>();
        for (String name : candidates()) {
            List<Integer> cone = cone(name);
            Set<String> sources = sources(cone);
            if (sources.isEmpty() || sources.stream().anyMatch(known::contains)) {
                continue;
            }
            try {
                TensorProto value = constants.value(name, cone);
                if (TensorReader.type(value).isFloating() && value.getDimsCount() >= 2) {
                    TensorProto first = distinct.putIfAbsent(unnamed(value), value);
                    computed.put(name, new Computed(first == null ? value : first, sources));
                }
            } catch (InputException e) {
                notes.add("the weight '" + name + "' is not computed beforehand: " + e.getMessage());
            }
        }
        computed.keySet().retainAll(withoutLoss(computed));
        return computed.isEmpty() ? model.proto() : stored(computed);
    }

    private static TensorProto unnamed(TensorProto tensor) {
        return tensor.toBuilder().clearName().build();
    }

    /** The constants that nodes use as weights and that no node or file stores as they are. */
    private Set<String> candidates() {
        Set<String> names = new LinkedHashSet<>();
        for (int node : index.topologicalOrder()) {
            NodeProto proto = index.node(node);
            if (!proto.getOutputList().stream().allMatch(index::isConstant)) {
                BodyConstants.weightOperands(List.of(proto), names);
            }
        }
        names.removeIf(name -> !index.isConstant(name)
                || index.producer(name).isEmpty()
                || index.isOutput(name)
                || NodeView.of(index.node(index.producer(name).getAsInt())).is("Constant"));
        return names;
    }

    /** The nodes that a constant depends on, in order. */
    private List<Integer> cone(String name) {
        Set<Integer> nodes = new HashSet<>();
        ArrayDeque<String> open = new ArrayDeque<>(List.of(name));
        while (!open.isEmpty()) {
            index.producer(open.remove()).ifPresent(node -> {
                if (nodes.add(node)) {
                    open.addAll(index.node(node).getInputList());
                }
            });
        }
        return nodes.stream().sorted(Comparator.comparingInt(index::rank)).toList();
    }

    /** The stored tensors of floating type that some nodes use. */
    private Set<String> sources(List<Integer> cone) {
        Set<String> names = new HashSet<>();
        for (int node : cone) {
            for (String input : index.node(node).getInputList()) {
                if (index.initializer(input).isPresent()
                        && TensorReader.type(index.initializer(input).get()).isFloating()) {
                    names.add(input);
                }
            }
            if (NodeView.of(index.node(node)).is("Constant")) {
                names.add(NodeView.of(index.node(node)).output());
            }
        }
        return names;
    }

    private static Set<String> sources(Map<String, Computed> computed, String name) {
        return Objects.requireNonNull(computed.get(name)).sources();
    }

    /** Those weights that, together with all that share a source with them, free enough bytes. */
    private Set<String> withoutLoss(Map<String, Computed> computed) {
        Set<String> needed = needed(computed.keySet());
        Set<String> kept = new HashSet<>();
        List<String> open = new ArrayList<>(computed.keySet());
        while (!open.isEmpty()) {
            Set<String> together = new HashSet<>();
            Set<String> sources = new HashSet<>();
            String first = open.removeFirst();
            together.add(first);
            sources.addAll(sources(computed, first));
            for (boolean grows = true; grows; ) {
                grows = open.removeIf(name -> {
                    boolean shares = sources(computed, name).stream()
                            .anyMatch(source -> sources.contains(source) && bytes(source) > 64);
                    if (shares) {
                        together.add(name);
                        sources.addAll(sources(computed, name));
                    }
                    return shares;
                });
            }
            long freed = sources.stream()
                    .filter(source -> !needed.contains(source))
                    .mapToLong(this::bytes)
                    .sum();
            long elements = together.stream()
                    .map(name -> Objects.requireNonNull(computed.get(name)).value())
                    .distinct()
                    .mapToLong(reader::elements)
                    .sum();
            if (freed / BYTES_PER_ELEMENT >= elements) {
                kept.addAll(together);
            }
        }
        return kept;
    }

    private long bytes(String stored) {
        return index.initializer(stored)
                .or(() -> index.producer(stored).stream()
                        .mapToObj(index::node)
                        .flatMap(node -> NodeView.of(node).tensor("value").stream())
                        .findFirst())
                .map(tensor -> TensorReader.type(tensor).bits() == 0 ? 0 : reader.bytes(tensor))
                .orElse(0L);
    }

    /** All tensors that are still used when some are stored. */
    private Set<String> needed(Set<String> stored) {
        Set<String> needed = new HashSet<>();
        ArrayDeque<String> open = new ArrayDeque<>();
        model.proto().getGraph().getOutputList().stream()
                .map(ValueInfoProto::getName)
                .forEach(open::add);
        for (int node : index.topologicalOrder()) {
            NodeProto proto = index.node(node);
            if (!proto.getOutputList().stream().allMatch(index::isConstant) || proto.getOutputCount() == 0) {
                open.addAll(proto.getInputList());
                open.addAll(GraphIndex.captured(proto));
            }
        }
        while (!open.isEmpty()) {
            String name = open.remove();
            if (needed.add(name) && !stored.contains(name)) {
                index.producer(name)
                        .ifPresent(node -> open.addAll(index.node(node).getInputList()));
            }
        }
        return needed;
    }

    private ModelProto stored(Map<String, Computed> computed) {
        GraphProto graph = model.proto().getGraph();
        Set<String> before = needed(Set.of());
        Set<String> needed = needed(computed.keySet());
        GraphProto.Builder changed =
                graph.toBuilder().clearNode().clearInitializer().clearInput();
        // What was not used before is none of this class's business.
        Predicate<String> goes = name -> before.contains(name) && !needed.contains(name);
        graph.getInputList().stream()
                .filter(input -> index.initializer(input.getName()).isEmpty() || !goes.test(input.getName()))
                .forEach(changed::addInput);
        graph.getInitializerList().stream()
                .filter(tensor -> !goes.test(tensor.getName()))
                .forEach(changed::addInitializer);
        Map<String, String> renamed = new HashMap<>();
        computed.forEach((name, each) -> {
            if (each.value().getName().equals(name)) {
                changed.addInitializer(each.value());
            } else {
                renamed.put(name, each.value().getName());
            }
        });
        for (NodeProto node : graph.getNodeList()) {
            boolean isStored = node.getOutputList().stream().anyMatch(computed::containsKey);
            boolean isUsed = node.getOutputList().stream()
                    .anyMatch(name -> !computed.containsKey(name) && needed.contains(name));
            boolean wasUsed =
                    node.getOutputCount() == 0 || node.getOutputList().stream().anyMatch(before::contains);
            if (isStored && isUsed) {
                changed.addNode(withoutOutputs(Bodies.withInputs(node, renamed), computed.keySet()));
            } else if (!isStored
                    && (isUsed
                            || !wasUsed
                            || !index.isConstant(NodeView.of(node).output()))) {
                changed.addNode(Bodies.withInputs(node, renamed));
            }
        }
        return model.proto().toBuilder().setGraph(changed).build();
    }

    /** A node of several outputs, of which some are stored now: it makes them for nobody. */
    private static NodeProto withoutOutputs(NodeProto node, Set<String> stored) {
        NodeProto.Builder changed = node.toBuilder();
        for (int i = 0; i < node.getOutputCount(); i++) {
            if (stored.contains(node.getOutput(i))) {
                changed.setOutput(i, node.getOutput(i) + ".computed");
            }
        }
        return changed.build();
    }
}
