package dev.signet.onnx.build;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.tensor.ElementType;
import java.util.Arrays;
import java.util.List;

/** Builds nodes of standard operators and their attributes. */
public final class Attributes {
    private Attributes() {}

    /** A list of integers. */
    public static AttributeProto integers(String name, int... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        return attribute.build();
    }

    /** One integer. */
    public static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    /** An element type, as Cast wants it. */
    public static AttributeProto type(String name, ElementType type) {
        return integer(name, type.number());
    }

    /** A tensor. */
    public static AttributeProto tensor(String name, TensorProto value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.TENSOR)
                .setT(value)
                .build();
    }

    /** In the body of a function: the value of the function's attribute {@code source}. */
    public static AttributeProto reference(String name, AttributeProto.AttributeType type, String source) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(type)
                .setRefAttrName(source)
                .build();
    }

    /** A node of a standard operator with one output, after which it is named. */
    public static NodeProto node(String operator, List<String> inputs, String output, AttributeProto... attributes) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes))
                .build();
    }
}
