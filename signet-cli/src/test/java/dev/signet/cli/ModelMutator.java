package dev.signet.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.signet.engine.operator.Operators;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Changes messages where bytes at random would only break their encoding: sides, attributes, names, nodes, tensors. */
final class ModelMutator {
    private static final long[] NUMBERS = {
        -1, 0, 1, 2, 3, 7, 16, 64, 255, 65_536, 1L << 31, 1L << 32, (1L << 32) + 8, Long.MAX_VALUE, Long.MIN_VALUE
    };
    private static final String[] TEXTS = {
        "", "image", "conv.weight", "Gemm", "Conv", "Reshape", "If", "dev.signet", "\u202ex\u001b[2J"
    };

    private static final List<String> OPERATORS = operators();
    private static final String[] ATTRIBUTES = {
        "alpha",
        "auto_pad",
        "axes",
        "axis",
        "beta",
        "block_size",
        "blocksize",
        "body",
        "ceil_mode",
        "count_include_pad",
        "dilations",
        "direction",
        "else_branch",
        "epsilon",
        "equation",
        "exclude_outside",
        "group",
        "hidden_size",
        "indices",
        "keepdims",
        "kernel_shape",
        "largest",
        "mode",
        "num_outputs",
        "num_scan_inputs",
        "output_padding",
        "output_shape",
        "pads",
        "perm",
        "scales",
        "shape",
        "size",
        "split",
        "starts",
        "ends",
        "steps",
        "strides",
        "then_branch",
        "to",
        "transA",
        "transB",
        "value",
        "value_float",
        "value_floats",
        "value_ints"
    };

    private final RandomGenerator dice;

    ModelMutator(RandomGenerator dice) {
        this.dice = dice;
    }

    private static List<String> operators() {
        List<String> names = new ArrayList<>(Operators.names());
        names.addAll(List.of("Constant", "If", "Loop", "Scan", "MultiBitWeight", "DequantizeLinear", "NoSuchOperator"));
        return List.copyOf(names);
    }

    /** The message with one field changed somewhere in it. */
    Message mutate(Message message) {
        Message.Builder builder = message.toBuilder();
        List<FieldDescriptor> set = new ArrayList<>(message.getAllFields().keySet());
        if (set.isEmpty() || dice.nextInt(12) == 0) {
            List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
            FieldDescriptor field = fields.get(dice.nextInt(fields.size()));
            Object value = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                    ? builder.newBuilderForField(field).build()
                    : scalar(field, field.isRepeated() ? "" : message.getField(field));
            return put(builder, field, value);
        }
        FieldDescriptor field = set.get(dice.nextInt(set.size()));
        return field.isRepeated()
                ? inList(builder, field)
                : builder.setField(field, changed(field, message.getField(field)))
                        .build();
    }

    private static Message put(Message.Builder builder, FieldDescriptor field, Object value) {
        return (field.isRepeated() ? builder.addRepeatedField(field, value) : builder.setField(field, value)).build();
    }

    private Message inList(Message.Builder builder, FieldDescriptor field) {
        List<Object> elements = new ArrayList<>((List<?>) builder.getField(field));
        int at = dice.nextInt(elements.size());
        switch (dice.nextInt(8)) {
            case 0 -> elements.remove(at);
            case 1 -> elements.add(elements.get(at));
            case 2 -> elements.set(at, elements.get(dice.nextInt(elements.size())));
            default -> elements.set(at, changed(field, elements.get(at)));
        }
        return builder.setField(field, elements).build();
    }

    private Object changed(FieldDescriptor field, Object value) {
        return value instanceof Message message ? mutate(message) : scalar(field, value);
    }

    private Object scalar(FieldDescriptor field, Object value) {
        long number = NUMBERS[dice.nextInt(NUMBERS.length)];
        return switch (field.getJavaType()) {
            case INT -> dice.nextBoolean() ? dice.nextInt(24) : (int) number;
            case LONG -> number;
            case FLOAT -> new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY, 3e38f}[dice.nextInt(5)];
            case DOUBLE -> Double.NaN;
            case BOOLEAN -> dice.nextBoolean();
            case STRING -> text(field);
            case ENUM ->
                field.getEnumType()
                        .getValues()
                        .get(dice.nextInt(field.getEnumType().getValues().size()));
            case BYTE_STRING -> bytes(value);
            case MESSAGE -> throw new IllegalArgumentException(field.getFullName());
        };
    }

    private String text(FieldDescriptor field) {
        return switch (field.getFullName()) {
            case "onnx.NodeProto.op_type" -> OPERATORS.get(dice.nextInt(OPERATORS.size()));
            case "onnx.AttributeProto.name" -> ATTRIBUTES[dice.nextInt(ATTRIBUTES.length)];
            default -> TEXTS[dice.nextInt(TEXTS.length)];
        };
    }

    private ByteString bytes(Object value) {
        byte[] bytes = value instanceof ByteString given ? given.toByteArray() : new byte[0];
        if (bytes.length == 0 || dice.nextInt(3) == 0) {
            return ByteString.copyFrom(TEXTS[dice.nextInt(TEXTS.length)], StandardCharsets.UTF_8);
        }
        bytes[dice.nextInt(bytes.length)] ^= (byte) (1 << dice.nextInt(8));
        return ByteString.copyFrom(bytes, 0, dice.nextBoolean() ? bytes.length : dice.nextInt(bytes.length));
    }
}
