package dev.signet.onnx.rewrite;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.build.GraphBuilder;
import dev.signet.onnx.build.UniqueNames;
import dev.signet.onnx.linear.LinearWeight;
import dev.signet.onnx.packed.PackedWeight;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects the nodes, initializers and functions that stand for quantized weights. */
final class WeightWriter {
    private final UniqueNames names;
    private final int opset;
    private final List<NodeProto> calls = new ArrayList<>();
    private final GraphBuilder steps;
    private final Map<String, String> known = new HashMap<>();
    private final List<TensorProto> initializers = new ArrayList<>();
    private final SortedMap<String, FunctionProto> functions = new TreeMap<>();
    private String documentation = "";
    private int count;

    /**
     * A writer for one graph.
     *
     * @param opset the graph's opset, at least 7
     */
    WeightWriter(UniqueNames names, int opset) {
        this.names = names;
        this.opset = opset;
        this.steps = new GraphBuilder(operator -> names.claim("signet." + operator));
    }

    /** What somebody wrote about the tensor that the next weight stands for: its codes have it from now on. */
    void documentNext(String text) {
        documentation = text;
    }

    /** Adds a call of a local function, with its inputs. */
    void addCall(PackedWeight weight) {
        NodeProto call = weight.call(opset, inputs(weight));
        calls.add(call);
        functions.computeIfAbsent(call.getOpType(), name -> weight.function(opset));
    }

    /** Adds the steps of the local function as nodes. */
    void addInline(PackedWeight weight) {
        weight.addSteps(steps, opset, inputs(weight), known);
    }

    /**
     * Adds DequantizeLinear.
     *
     * @throws IllegalArgumentException if the weight's levels are not on a line
     */
    void addLinear(PackedWeight weight) {
        LinearWeight linear = LinearWeight.of(weight)
                .orElseThrow(() -> new IllegalArgumentException(weight.name() + " has levels that are not on a line"));
        String number = Integer.toString(count++, Character.MAX_RADIX);
        initializers.addAll(linear.addSteps(steps, opset, name -> names.claim(name + number)));
    }

    // Names are repeated in nodes, and a small network has as many bytes of names as of weights: so they are short.
    private PackedWeight.InputNames inputs(PackedWeight weight) {
        String number = Integer.toString(count++, Character.MAX_RADIX);
        PackedWeight.InputNames inputs = new PackedWeight.InputNames(
                names.claim("c" + number), names.claim("a" + number), names.claim("s" + number));
        int first = initializers.size();
        initializers.addAll(weight.inputs(inputs));
        if (!documentation.isEmpty()) {
            TensorProto codes = initializers.get(first);
            initializers.set(
                    first, codes.toBuilder().setDocString(documentation).build());
        }
        return inputs;
    }

    /** In an order in which they can run. */
    List<NodeProto> nodes() {
        List<NodeProto> nodes = new ArrayList<>(calls);
        nodes.addAll(steps.nodes());
        return nodes;
    }

    List<TensorProto> initializers() {
        return initializers;
    }

    /** The functions that the calls need. */
    Collection<FunctionProto> functions() {
        return functions.values();
    }
}
