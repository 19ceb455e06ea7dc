package dev.signet.onnx.packed;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.CodeWords;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.GraphBuilder;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.packed.DecodeForm.Order;
import dev.signet.onnx.packed.DecodeForm.Rows;
import dev.signet.onnx.tensor.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * The nodes that turn codes and coefficients into a weight, from standard operators only. ONNX Runtime computes them once, when it
 * loads the model, and keeps every intermediate until it has folded all constants: so what counts is the sum over nodes of what they
 * put out, and only three steps put out as much as the weight itself.
 *
 * <p>words -> codes of each word by a table -> each code's level among those of its group -> the weight's shape.
 *
 * <p>The nodes themselves count as much as their work where layers are small: a runtime that takes in a model spends tens of
 * microseconds on each. What depends only on the number of bits is a constant, or made of few nodes from short ones.
 *
 * <p>Nodes are right in every opset from 7 on, since a function must import the opset of its model. Up to opset 10 there is neither
 * Range nor GatherElements: small ranges are constants there, and a level is a sum of products instead of an element of a list, with
 * the same result to the bit.
 */
final class DecodeSteps {
    /** Before it a Constant can only be of floats. */
    private static final int OPSET_OF_TYPED_CONSTANTS = 9;

    private static final int OPSET_OF_MOD = 10;
    private static final int OPSET_OF_INTEGER_CONSTANTS = 12;
    private static final int OPSET_OF_SPLIT_INPUT = 13;

    /** From this opset on there are Range and GatherElements. */
    private static final int OPSET_OF_RANGE = 11;

    private static final int BYTE_VALUES = 256;
    /** Up to so many bits the signs of all codes take fewer bytes than the nodes that make them. */
    private static final int MOST_BITS_OF_STORED_SIGNS = 4;

    private final GraphBuilder graph;
    private final DecodeForm form;
    private final int opset;
    private final DecodeArguments arguments;
    private final Map<String, String> known;

    private final CodeWords words;
    private final int bits;
    private final int planes;

    private DecodeSteps(
            GraphBuilder graph, DecodeForm form, int opset, DecodeArguments arguments, Map<String, String> known) {
        this.graph = graph;
        this.form = form;
        this.opset = opset;
        this.arguments = arguments;
        this.known = known;
        this.words = form.words();
        this.bits = form.bits();
        this.planes = bits + (form.offset() ? 1 : 0);
    }

    /**
     * Adds the nodes; the output of the last is the weight.
     *
     * @param known tensors that the graph has already, by what they hold; those that are added are put in
     */
    static void add(
            GraphBuilder graph, DecodeForm form, int opset, DecodeArguments arguments, Map<String, String> known) {
        DecodeSteps steps = new DecodeSteps(graph, form, opset, arguments, known);
        steps.finish(steps.values());
    }

    private boolean hasRange() {
        return opset >= OPSET_OF_RANGE;
    }

    /** The weights of all groups: [G, n], or a shape that takes n apart. */
    private String values() {
        String codes = words();
        if (form.wordCodes() > 1) {
            codes = graph.add("Gather", List.of(ofBits("table", this::table), codes));
        }
        if (form.rows() != Rows.ALIGNED) {
            codes = inRows(codes);
        }
        String coefficients = cast(arguments.tensor(DecodeArguments.LEVELS), ElementType.FLOAT);
        if (form.shared()) {
            String level = graph.add("MatMul", List.of(coefficients, ofBits("signs", () -> signs(false))));
            String chosen = graph.add("Gather", List.of(level, codes));
            String scales = cast(arguments.tensor(DecodeArguments.SCALES), ElementType.FLOAT);
            return graph.add("Mul", List.of(chosen, reshape(scales, firstOf(form.indexRank(), -1))));
        }
        if (!hasRange()) {
            String chosen = graph.add("Gather", List.of(ofBits("signs", () -> signs(true)), codes));
            long[] shape = firstOf(form.indexRank() + 1, 0);
            shape[shape.length - 2] = -1;
            return graph.add("MatMul", List.of(chosen, reshape(coefficients, shape)));
        }
        String level = graph.add("MatMul", List.of(coefficients, ofBits("signs", () -> signs(false))));
        if (form.indexRank() > 2) {
            level = expanded(level);
        }
        return graph.add("GatherElements", List.of(level, codes), Attributes.integer("axis", 1));
    }

    /** Levels [G, 2^b] repeated for every place of a code in its word (and of a word in its unit). */
    private String expanded(String level) {
        long[] shape = firstOf(form.indexRank(), 0);
        shape[1] = -1;
        long[] target = firstOf(form.indexRank(), 1);
        target[target.length - 1] = form.wordCodes();
        if (words.hasHighParts()) {
            target[2] = words.lowBytes();
        }
        return graph.add("Expand", List.of(reshape(level, shape), list(target)));
    }

    /** [first, 1, 1, ...]. */
    private static long[] firstOf(int rank, long first) {
        long[] shape = new long[rank];
        Arrays.fill(shape, 1);
        shape[0] = first;
        return shape;
    }

    /** The codes of every word, [2^w, codes in a word]. */
    private String table() {
        String word = reshape(upTo(1 << words.wordBits()), -1, 1);
        return cast(
                remainder(graph.add("Div", List.of(word, powers(bits, form.wordCodes()))), levels()),
                ElementType.INT32);
    }

    /** How many codes there are. */
    private String levels() {
        return scalar(1L << bits);
    }

    /** 2^0, 2^step, 2^(2 step), ... */
    private String powers(int step, int count) {
        return list(LongStream.range(0, count).map(i -> 1L << (i * step)).toArray());
    }

    /** Bytes to words: [..., units, words in a unit], or [...] where bytes are words. */
    private String words() {
        String bytes = arguments.tensor(DecodeArguments.CODES);
        if (!words.hasHighParts()) {
            return cast(bytes, ElementType.INT32);
        }
        int low = words.lowBytes();
        long[] lowPlaces = LongStream.range(0, low).toArray();
        String lowParts = graph.add("Gather", List.of(bytes, list(lowPlaces)), Attributes.integer("axis", -1));
        String highByte = graph.add("Gather", List.of(bytes, scalar(low)), Attributes.integer("axis", -1));
        long high = 1L << words.highBits();
        String values = reshape(upTo(BYTE_VALUES), -1, 1);
        String parts = remainder(graph.add("Div", List.of(values, powers(words.highBits(), low))), scalar(high));
        String table = cast(graph.add("Mul", List.of(parts, scalar(BYTE_VALUES))), ElementType.INT32);
        String highParts = graph.add("Gather", List.of(table, cast(highByte, ElementType.INT32)));
        return graph.add("Add", List.of(cast(lowParts, ElementType.INT32), highParts));
    }

    /** Flat codes to [G, n]. */
    private String inRows(String codes) {
        String flat = codes;
        if (form.rows() == Rows.CUT) {
            flat = head(reshape(codes, -1), 0, DecodeArguments.CUT);
        }
        String perGroup = arguments.tensor(form.shared() ? DecodeArguments.SCALES : DecodeArguments.LEVELS);
        String groups = graph.add("Gather", List.of(graph.add("Shape", List.of(perGroup)), list(0)));
        String shape = graph.add("Concat", List.of(groups, list(-1)), Attributes.integer("axis", 0));
        return graph.add("Reshape", List.of(flat, shape));
    }

    /**
     * The signs of every code in every plane, +1 or -1, and +1 for the offset: [planes, 2^b], or, transposed, [2^b, planes]. A code
     * with its bit b set has 1 in the place of the offset.
     */
    private String signs(boolean transposed) {
        boolean storable = opset >= OPSET_OF_TYPED_CONSTANTS && bits <= MOST_BITS_OF_STORED_SIGNS;
        if (!transposed && storable) {
            return cast(graph.add("Constant", List.of(), Attributes.tensor("value", storedSigns())), ElementType.FLOAT);
        }
        String codes = hasRange()
                ? graph.add("Range", List.of(levels(), scalar(2L << bits), scalar(1)))
                : graph.add("Add", List.of(upTo(1 << bits), levels()));
        String power = powers(1, planes);
        String quotient = transposed
                ? graph.add("Div", List.of(reshape(codes, -1, 1), power))
                : graph.add("Div", List.of(codes, reshape(power, -1, 1)));
        String bit = remainder(quotient, scalar(2));
        String sign = graph.add("Sub", List.of(graph.add("Add", List.of(bit, bit)), scalar(1)));
        return cast(sign, ElementType.FLOAT);
    }

    /** [planes, 2^b], a byte each. */
    private TensorProto storedSigns() {
        int codes = 1 << bits;
        byte[] signs = new byte[planes * codes];
        for (int i = 0; i < signs.length; i++) {
            signs[i] = (byte) (((codes | i % codes) >> (i / codes) & 1) * 2 - 1);
        }
        return Tensors.bytes("", ElementType.INT8, new int[] {planes, codes}, signs).toBuilder()
                .clearName()
                .build();
    }

    private void finish(String values) {
        String rows = values;
        if (form.ragged()) {
            String matrix = graph.add("Reshape", List.of(rows, arguments.list(DecodeArguments.MATRIX)));
            rows = head(matrix, 1, DecodeArguments.ROW);
        }
        String weight = graph.add("Reshape", List.of(rows, arguments.list(DecodeArguments.SHAPE)));
        if (form.order() != Order.IN_ORDER) {
            weight = graph.add("Transpose", List.of(weight), arguments.integers("perm", DecodeArguments.PERMUTATION));
        }
        if (form.order() == Order.RESHAPED) {
            weight = graph.add("Reshape", List.of(weight, arguments.list(DecodeArguments.END)));
        }
        if (form.cast()) {
            graph.add("Cast", List.of(weight), arguments.integer("to", DecodeArguments.TYPE));
        }
    }

    /** The first part of an axis, of two whose sizes are given. */
    private String head(String tensor, int axis, String sizes) {
        List<String> inputs = new ArrayList<>(List.of(tensor));
        if (opset >= OPSET_OF_SPLIT_INPUT) {
            inputs.add(arguments.list(sizes));
            return graph.addWithRest("Split", inputs, Attributes.integer("axis", axis));
        }
        return graph.addWithRest("Split", inputs, Attributes.integer("axis", axis), arguments.integers("split", sizes));
    }

    private String remainder(String dividend, String divisor) {
        if (opset >= OPSET_OF_MOD) {
            return graph.add("Mod", List.of(dividend, divisor));
        }
        String whole = graph.add("Mul", List.of(graph.add("Div", List.of(dividend, divisor)), divisor));
        return graph.add("Sub", List.of(dividend, whole));
    }

    /** 0, 1, ... count - 1. */
    private String upTo(int count) {
        if (hasRange()) {
            return graph.add("Range", List.of(scalar(0), scalar(count), scalar(1)));
        }
        if (count <= 16) {
            return list(LongStream.range(0, count).toArray());
        }
        // Sixteen times one short list plus another: a long one would take as many bytes as it has values.
        String high = graph.add("Mul", List.of(reshape(upTo(count / 16), -1, 1), scalar(16)));
        return reshape(graph.add("Add", List.of(high, upTo(16))), -1);
    }

    /** A tensor that depends only on the number of bits, the words and whether there is an offset. */
    private String ofBits(String what, Supplier<String> made) {
        return once(what + bits + form.offset(), made);
    }

    private String once(String key, Supplier<String> made) {
        String there = known.get(key);
        if (there == null) {
            there = made.get();
            known.put(key, there);
        }
        return there;
    }

    private String cast(String tensor, ElementType type) {
        return graph.add("Cast", List.of(tensor), Attributes.type("to", type));
    }

    private String reshape(String tensor, long... shape) {
        return graph.add("Reshape", List.of(tensor, list(shape)));
    }

    private String list(long... values) {
        return once("list" + Arrays.toString(values), () -> graph.integers(opset, values));
    }

    private String scalar(long value) {
        return once(
                "scalar" + value,
                () -> opset >= OPSET_OF_INTEGER_CONSTANTS
                        ? graph.add("Constant", List.of(), Attributes.integer("value_int", value))
                        : graph.integers(
                                opset,
                                Attributes.tensor(
                                        "value",
                                        Tensors.integers(opset, value).toBuilder()
                                                .clearDims()
                                                .build())));
    }
}
