package dev.signet.engine.graph;

import dev.signet.engine.product.SignPlanes;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.packed.PackedWeight;
import dev.signet.onnx.tensor.ElementType;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A network.
 *
 * @param where how messages name it: its file
 * @param inputs what a run is given
 * @param outputs names of the values that a run returns
 * @param nodes nodes in an order in which they can be computed
 * @param constants values that are the same in every run
 * @param packed weights that are held as sign planes only, and their shapes
 */
public record Graph(
        String where,
        List<Port> inputs,
        List<String> outputs,
        List<Node> nodes,
        SequencedMap<String, Tensor> constants,
        Map<String, Packed> packed) {
    /** Copies the lists. */
    public Graph {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        nodes = List.copyOf(nodes);
    }

    /**
     * An input of the network.
     *
     * @param name name
     * @param element type of its elements
     * @param dims dimensions; -1 for one that each run chooses; empty where their number is not known
     * @param ranked whether the number of dimensions is known
     */
    public record Port(String name, ElementType element, int[] dims, boolean ranked) {
        /** Whether a tensor of that shape can be given. */
        public boolean accepts(Shape shape) {
            if (!ranked) {
                return true;
            }
            boolean fits = shape.rank() == dims.length;
            for (int i = 0; fits && i < dims.length; i++) {
                fits = dims[i] < 0 || dims[i] == shape.dim(i);
            }
            return fits;
        }

        /** Its dimensions for messages: {@code ?x3x32x32}. */
        public String text() {
            if (!ranked) {
                return "any shape";
            }
            StringBuilder text = new StringBuilder(dims.length == 0 ? "scalar" : "");
            for (int i = 0; i < dims.length; i++) {
                text.append(i == 0 ? "" : "x").append(dims[i] < 0 ? "?" : String.valueOf(dims[i]));
            }
            return text.toString();
        }
    }

    /**
     * A weight that stays packed.
     *
     * @param matrix sign planes and coefficients; a row for each filter
     * @param shape shape of the tensor that the graph sees
     */
    public record Packed(SignPlanes matrix, Shape shape) {
        static Packed of(PackedWeight weight, SignPlanes matrix) {
            return new Packed(matrix, new Shape(weight.shape()));
        }
    }

    /** The same network with other nodes and constants. */
    public Graph with(List<Node> newNodes, SequencedMap<String, Tensor> newConstants) {
        return new Graph(where, inputs, outputs, newNodes, newConstants, packed);
    }
}
