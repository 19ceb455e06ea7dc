package dev.signet.quantize.fold;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import com.google.protobuf.ByteString;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.quantize.runtime.ElementTypes;
import dev.signet.quantize.walk.NodeSession;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** Computes constants in ONNX Runtime, one node after the other, none of which may make much more than it was made of. */
final class Constants {
    private static final long ALWAYS_ALLOWED = 1 << 20;
    private static final long MOST_GROWTH = 4;
    private static final int LONGEST_LIST = 4096;

    private final OnnxModel model;
    private final GraphIndex index;
    private final TensorReader reader;

    Constants(OnnxModel model, GraphIndex index) {
        this.model = model;
        this.index = index;
        this.reader = new TensorReader(model);
    }

    /**
     * Computes a constant tensor.
     *
     * @param name what it is called
     * @param cone the nodes that it depends on, in order
     * @throws InputException if a node can not run, or would make too many elements
     */
    TensorProto value(String name, List<Integer> cone) {
        Map<String, OnnxTensor> values = new HashMap<>();
        try {
            for (int node : cone) {
                run(node, values, allowed(cone));
            }
            return stored(name, Objects.requireNonNull(values.get(name), "the cone ends in the tensor"));
        } finally {
            values.values().forEach(OnnxTensor::close);
        }
    }

    private long allowed(List<Integer> cone) {
        long stored = 0;
        for (int node : cone) {
            for (String input : index.node(node).getInputList()) {
                stored += index.initializer(input).map(reader::elements).orElse(0L);
            }
            stored += index.node(node).getAttributeList().stream()
                    .mapToLong(attribute -> attribute.hasT() ? reader.elements(attribute.getT()) : 0)
                    .sum();
        }
        return Math.max(ALWAYS_ALLOWED, MOST_GROWTH * stored);
    }

    private void run(int at, Map<String, OnnxTensor> values, long allowed) {
        NodeProto node = index.node(at);
        List<long[]> shapes = new ArrayList<>();
        Map<String, OnnxTensor> fed = new LinkedHashMap<>();
        Map<String, TensorProto> stored = new LinkedHashMap<>();
        for (String input : node.getInputList()) {
            if (input.isEmpty()) {
                continue;
            }
            OnnxTensor value = values.get(input);
            if (value != null) {
                shapes.add(value.getInfo().getShape());
                fed.put(input, value);
            } else {
                TensorProto tensor = index.initializer(input)
                        .orElseThrow(() -> refused(at, "uses '" + input + "', which is not an ordinary tensor"));
                shapes.add(reader.shape(tensor));
                stored.put(input, reader.embedded(tensor));
            }
        }
        OptionalLong bound = OutputBound.of(node, shapes, i -> integers(node, i, fed, stored));
        if (bound.isEmpty() || bound.getAsLong() > allowed) {
            throw refused(
                    at,
                    bound.isEmpty()
                            ? "is not an operator that constants are computed with"
                            : "would make up to " + bound.getAsLong() + " elements of a constant");
        }
        List<String> wanted = node.getOutputList().stream()
                .filter(output -> !output.isEmpty())
                .toList();
        try (NodeSession session =
                NodeSession.open(model.proto(), List.of(node), stored, fed, wanted, index.where(at), 1)) {
            List<OnnxTensor> outputs = session.run(fed);
            for (int i = 0; i < wanted.size(); i++) {
                values.put(wanted.get(i), outputs.get(i));
            }
        }
    }

    private Optional<long[]> integers(
            NodeProto node, int input, Map<String, OnnxTensor> fed, Map<String, TensorProto> stored) {
        if (input >= node.getInputCount()) {
            return Optional.empty();
        }
        String name = node.getInput(input);
        TensorProto tensor = stored.get(name);
        OnnxTensor value = fed.get(name);
        if (tensor == null && value != null && value.getInfo().getNumElements() <= LONGEST_LIST) {
            tensor = stored(name, value);
        }
        return Optional.ofNullable(tensor)
                .filter(given -> TensorReader.type(given).isInteger() && reader.elements(given) <= LONGEST_LIST)
                .map(reader::longs);
    }

    private static TensorProto stored(String name, OnnxTensor value) {
        ElementType type = ElementTypes.of(value);
        ByteBuffer bytes = value.getByteBuffer();
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.number());
        for (long dimension : value.getInfo().getShape()) {
            tensor.addDims(dimension);
        }
        return tensor.setRawData(ByteString.copyFrom(bytes)).build();
    }

    private InputException refused(int node, String why) {
        return InputException.of(index.where(node), why, "export the model with its constants folded");
    }
}
