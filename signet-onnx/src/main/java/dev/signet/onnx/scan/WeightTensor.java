package dev.signet.onnx.scan;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.WeightMatrix;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that can be quantized: the weights of one or several nodes.
 *
 * <p>Two of them are equal if they are the same tensor of a graph, whatever its values: what stands for weights in maps is where
 * they are stored, not megabytes of numbers.
 *
 * @param name the name under which the graph knows it; no other tensor of the graph has it
 * @param uses the nodes, in network order; never empty
 * @param view how it is a matrix
 * @param source where the model stores it
 * @param stored the tensor itself
 * @param reader reads it
 */
public record WeightTensor(
        String name, List<WeightUse> uses, FilterView view, Source source, TensorProto stored, TensorReader reader)
        implements ScannedTensor {
    /** Where a model stores a tensor. */
    public sealed interface Source {
        /** Initializer number {@code index} of the main graph. */
        record Initializer(int index) implements Source {}

        /** The Constant node with this index in the main graph. */
        record ConstantNode(int index) implements Source {}
    }

    @Override
    public long[] dimensions() {
        return reader.shape(stored);
    }

    @Override
    public long bytes() {
        return reader.bytes(stored);
    }

    /** The stored shape. */
    public int[] shape() {
        return view.tensorShape();
    }

    /** The stored element type. */
    public ElementType elementType() {
        return TensorReader.type(stored);
    }

    /** Reads the weights as [filters x inputs]; every call reads them again. */
    public WeightMatrix matrix() {
        return view.matrix(reader.floats(stored));
    }

    /** Values in the matrix's order, put into the tensor's. */
    public float[] toTensorOrder(float[] matrixOrder) {
        return view.toTensorOrder(matrixOrder);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WeightTensor weight && name.equals(weight.name) && source.equals(weight.source);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, source);
    }
}
