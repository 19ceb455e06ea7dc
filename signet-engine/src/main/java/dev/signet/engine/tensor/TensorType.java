package dev.signet.engine.tensor;

import dev.signet.onnx.tensor.ElementType;

/**
 * What is known of a tensor before it is computed.
 *
 * @param element type of the elements: a floating or an integer type
 * @param shape dimensions
 */
public record TensorType(ElementType element, Shape shape) {
    /** A tensor of fp32. */
    public static TensorType floats(Shape shape) {
        return new TensorType(ElementType.FLOAT, shape);
    }

    /** The same elements in another shape. */
    public TensorType with(Shape other) {
        return new TensorType(element, other);
    }
}
