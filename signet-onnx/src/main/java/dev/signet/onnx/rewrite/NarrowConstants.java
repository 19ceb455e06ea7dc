package dev.signet.onnx.rewrite;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.build.UniqueNames;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stores constants in the narrowest type that has their values, with a Cast that a runtime does when it loads the model: floats as
 * fp16 or bytes, indices as bytes, shorts or ints. The values are the same to the bit. Vectors of floats, such as biases, stand in
 * one initializer, since a Cast for each would take what it saves.
 */
public final class NarrowConstants {
    /** What a Cast and the name between take. */
    private static final int NODE_BYTES = 40;

    /** Longer vectors stand alone. */
    private static final int LONGEST_OF_MANY = 1 << 16;

    private static final int OPSET_OF_SPLIT_INPUT = 13;

    private final OnnxModel model;
    private final TensorReader reader;
    private final StoredConstants stored;
    private final UniqueNames names;
    private final Set<String> gone = new LinkedHashSet<>();
    private final List<TensorProto> initializers = new ArrayList<>();
    private final List<NodeProto> nodes = new ArrayList<>();

    private NarrowConstants(OnnxModel model) {
        this.model = model;
        reader = new TensorReader(model);
        stored = new StoredConstants(model);
        names = new UniqueNames(model.proto().getGraph());
    }

    /** The model with narrow constants; what has documentation of its own stays. */
    public static OnnxModel of(OnnxModel model) {
        var narrow = new NarrowConstants(model);
        narrow.floats();
        narrow.integers();
        if (narrow.gone.isEmpty()) {
            return model;
        }
        var graph = narrow.stored.replaced(narrow.gone, narrow.initializers, narrow.nodes);
        return model.with(model.proto().toBuilder().setGraph(graph).build());
    }

    private void floats() {
        List<TensorProto> vectors = new ArrayList<>();
        for (Map.Entry<String, TensorProto> entry :
                stored.ofType(ElementType.FLOAT).entrySet()) {
            TensorProto tensor = named(entry);
            float[] values = reader.floats(tensor);
            if (tensor.hasDocString() || !isHalf(values)) {
                continue;
            }
            if (tensor.getDimsCount() == 1 && values.length > 0 && values.length <= LONGEST_OF_MANY) {
                vectors.add(tensor);
            } else {
                ElementType type = bytes(values);
                put(tensor, type, type == ElementType.FLOAT16 ? halves(values) : integers(values, type));
            }
        }
        vectors(vectors);
    }

    private static TensorProto named(Map.Entry<String, TensorProto> constant) {
        return constant.getValue().toBuilder().setName(constant.getKey()).build();
    }

    /** One initializer for all of them, one Cast, one Split. */
    private void vectors(List<TensorProto> vectors) {
        if (vectors.size() == 1) {
            put(vectors.getFirst(), ElementType.FLOAT16, halves(reader.floats(vectors.getFirst())));
            return;
        }
        long count = vectors.stream().mapToLong(reader::elements).sum();
        if (count * (Float.BYTES - Short.BYTES) < 4 * NODE_BYTES || count > Integer.MAX_VALUE) {
            return;
        }
        float[] all = new float[Math.toIntExact(count)];
        long[] sizes = new long[vectors.size()];
        int at = 0;
        for (int i = 0; i < sizes.length; i++) {
            float[] values = reader.floats(vectors.get(i));
            System.arraycopy(values, 0, all, at, values.length);
            at += values.length;
            sizes[i] = values.length;
        }
        String halves = names.claim("halves");
        String floats = names.claim("floats");
        initializers.add(Tensors.floats(halves, ElementType.FLOAT16, new int[] {all.length}, all));
        nodes.add(cast(halves, floats, ElementType.FLOAT));
        NodeProto.Builder split = NodeProto.newBuilder().setOpType("Split").addInput(floats);
        if (model.opset() >= OPSET_OF_SPLIT_INPUT) {
            TensorProto lengths = Tensors.smallLongs(names.claim("lengths"), sizes);
            initializers.add(lengths);
            split.addInput(lengths.getName());
        } else {
            int[] lengths = new int[sizes.length];
            for (int i = 0; i < sizes.length; i++) {
                lengths[i] = Math.toIntExact(sizes[i]);
            }
            split.addAttribute(Attributes.integers("split", lengths));
        }
        for (TensorProto vector : vectors) {
            split.addOutput(vector.getName());
            gone.add(vector.getName());
        }
        nodes.add(split.build());
    }

    private void integers() {
        for (Map.Entry<String, TensorProto> entry :
                stored.ofType(ElementType.INT64).entrySet()) {
            TensorProto tensor = named(entry);
            long[] values = reader.longs(tensor);
            if (!tensor.hasDocString()) {
                put(tensor, type(values), values);
            }
        }
    }

    private void put(TensorProto tensor, ElementType type, long[] values) {
        put(tensor, type, raw(values, type.bits() / Byte.SIZE));
    }

    private void put(TensorProto tensor, ElementType type, ByteString raw) {
        int saved = tensor.getSerializedSize() - raw.size();
        if (saved < NODE_BYTES + tensor.getName().length()) {
            return;
        }
        String narrow = names.claim("n" + initializers.size());
        initializers.add(TensorProto.newBuilder()
                .setName(narrow)
                .setDataType(type.number())
                .addAllDims(tensor.getDimsList())
                .setRawData(raw)
                .build());
        nodes.add(cast(narrow, tensor.getName(), ElementType.of(tensor.getDataType())));
        gone.add(tensor.getName());
    }

    private static NodeProto cast(String from, String to, ElementType type) {
        return NodeProto.newBuilder()
                .setOpType("Cast")
                .addInput(from)
                .addOutput(to)
                .addAttribute(Attributes.type("to", type))
                .build();
    }

    private static boolean isHalf(float[] values) {
        for (float value : values) {
            // NaN has more than one form.
            if (!(Float.float16ToFloat(Float.floatToFloat16(value)) == value)) {
                return false;
            }
        }
        return true;
    }

    private static ByteString halves(float[] values) {
        return Tensors.floats("", ElementType.FLOAT16, new int[] {values.length}, values)
                .getRawData();
    }

    /** UINT8 or INT8 for small whole numbers, otherwise FLOAT16. */
    private static ElementType bytes(float[] values) {
        float least = 0;
        float most = 0;
        for (float value : values) {
            boolean negativeZero = value == 0 && Float.floatToRawIntBits(value) != 0;
            if (value != Math.rint(value) || negativeZero) {
                return ElementType.FLOAT16;
            }
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        ElementType type = type(new long[] {(long) least, (long) most});
        return type.bits() == Byte.SIZE ? type : ElementType.FLOAT16;
    }

    private static ByteString integers(float[] values, ElementType type) {
        long[] integers = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            integers[i] = (long) values[i];
        }
        return raw(integers, type.bits() / Byte.SIZE);
    }

    /** The narrowest type that has these numbers. */
    private static ElementType type(long[] values) {
        long least = 0;
        long most = 0;
        for (long value : values) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        if (least >= 0 && most < 1 << Byte.SIZE) {
            return ElementType.UINT8;
        }
        if (least >= Byte.MIN_VALUE && most <= Byte.MAX_VALUE) {
            return ElementType.INT8;
        }
        if (least >= Short.MIN_VALUE && most <= Short.MAX_VALUE) {
            return ElementType.INT16;
        }
        return least >= Integer.MIN_VALUE && most <= Integer.MAX_VALUE ? ElementType.INT32 : ElementType.INT64;
    }

    private static ByteString raw(long[] values, int bytes) {
        ByteBuffer raw =
                ByteBuffer.allocate(Math.multiplyExact(values.length, bytes)).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            for (int i = 0; i < bytes; i++) {
                raw.put((byte) (value >>> (Byte.SIZE * i)));
            }
        }
        return ByteString.copyFrom(raw.rewind());
    }
}
