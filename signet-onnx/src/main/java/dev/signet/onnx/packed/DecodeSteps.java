package dev.signet.onnx.packed;

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
 * <p>Nodes are right in every opset from 7 on, since a function must import the opset of its model. Up to opset 10 there is neither
 * Range nor GatherElements: small ranges are constants there, and a level is a sum of products instead of an element of a list, with
 * the same result to the bit.
 */
final class DecodeSteps {
    private static final int OPSET_OF_MOD = 10;
    private static final int OPSET_OF_INTEGER_CONSTANTS = 12;
    private static final int OPSET_OF_SPLIT_INPUT = 13;

    private static final int BYTE_VALUES = 256;
    private static final int LARGEST_POWER = 12;

    private final GraphBuilder graph;
    private final DecodeForm form;
    private final int opset;
    private final DecodeArguments arguments;
    private final CodeWords words;
    private final int planes;

    private final Map<String, String> known;

    private final String one;
    private final String two;
    private final String powers;
    /** How many codes there are: 2^b. */
    private final String levels;

    private final String bits;

    private DecodeSteps(
            GraphBuilder graph, DecodeForm form, int opset, DecodeArguments arguments, Map<String, String> known) {
        this.graph = graph;
        this.known = known;
        this.form = form;
        this.opset = opset;
        this.arguments = arguments;
        this.words = form.words();
        this.planes = form.bits() + (form.offset() ? 1 : 0);
        this.one = scalar(1);
        this.two = scalar(2);
        this.powers =
                list(LongStream.rangeClosed(0, LARGEST_POWER).map(i -> 1L << i).toArray());
        if (form.bits() == 0) {
            String columns = columns();
            this.bits = form.offset() ? graph.add("Sub", List.of(columns, one)) : columns;
            this.levels = graph.add("Gather", List.of(powers, bits));
        } else {
            this.bits = scalar(form.bits());
            this.levels = scalar(1L << form.bits());
        }
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
        return opset >= DecodeForm.OPSET_OF_RANGE;
    }

    /** How many values a group has in the tensor of coefficients. */
    private String columns() {
        String shape = graph.add("Shape", List.of(arguments.tensor(DecodeArguments.LEVELS)));
        return graph.add("Gather", List.of(shape, form.shared() ? scalar(0) : one));
    }

    /** The weights of all groups: [G, n], or a shape that takes n apart. */
    private String values() {
        String divisors = ofBits("divisors", this::divisors);
        String table = ofBits("table", () -> table(divisors));
        String codes = graph.add("Gather", List.of(table, words()));
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
        if (form.rows() == Rows.ALIGNED) {
            level = expanded(level, divisors);
        }
        return graph.add("GatherElements", List.of(level, codes), Attributes.integer("axis", 1));
    }

    /** What a word is divided by to bring each of its codes down: [codes in a word]. */
    private String divisors() {
        if (!hasRange()) {
            return list(LongStream.range(0, words.wordCodes(form.bits()))
                    .map(i -> 1L << (i * form.bits()))
                    .toArray());
        }
        String end = graph.add("Sub", List.of(scalar(words.wordBits() + 1L), bits));
        return graph.add("Gather", List.of(powers, graph.add("Range", List.of(scalar(0), end, bits))));
    }

    /** Levels [G, 2^b] repeated for every place of a code in its word (and of a word in its unit). */
    private String expanded(String level, String divisors) {
        long[] shape = firstOf(form.indexRank(), 0);
        shape[1] = -1;
        long[] ones = new long[form.indexRank() - 1];
        Arrays.fill(ones, 1);
        if (words.hasHighParts()) {
            ones[2] = words.lowBytes();
        }
        String target = graph.add(
                "Concat", List.of(list(ones), graph.add("Shape", List.of(divisors))), Attributes.integer("axis", 0));
        return graph.add("Expand", List.of(reshape(level, shape), target));
    }

    /** [first, 1, 1, ...]. */
    private static long[] firstOf(int rank, long first) {
        long[] shape = new long[rank];
        Arrays.fill(shape, 1);
        shape[0] = first;
        return shape;
    }

    /** The codes of every word, [2^w, codes in a word]. */
    private String table(String divisors) {
        String word = reshape(upTo(1 << words.wordBits()), -1, 1);
        return cast(remainder(graph.add("Div", List.of(word, divisors)), levels), ElementType.INT32);
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
        long[] divisors =
                Arrays.stream(lowPlaces).map(i -> 1L << (i * words.highBits())).toArray();
        String values = reshape(upTo(BYTE_VALUES), -1, 1);
        String parts = remainder(graph.add("Div", List.of(values, list(divisors))), scalar(high));
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
        String codes;
        String plane;
        if (hasRange()) {
            codes = graph.add("Range", List.of(levels, graph.add("Add", List.of(levels, levels)), one));
            String last = form.offset() ? graph.add("Add", List.of(bits, one)) : bits;
            plane = graph.add("Range", List.of(scalar(0), last, one));
        } else {
            codes = graph.add("Add", List.of(upTo(1 << form.bits()), levels));
            plane = list(LongStream.range(0, planes).toArray());
        }
        String power = graph.add("Gather", List.of(powers, plane));
        String quotient = transposed
                ? graph.add("Div", List.of(reshape(codes, -1, 1), power))
                : graph.add("Div", List.of(codes, reshape(power, -1, 1)));
        String bit = remainder(quotient, two);
        String sign = graph.add("Sub", List.of(graph.add("Add", List.of(bit, bit)), one));
        return cast(sign, ElementType.FLOAT);
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
            return graph.add("Range", List.of(scalar(0), scalar(count), one));
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
        return once(what + form.bits() + words + form.offset(), made);
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
