package dev.signet.onnx.packed;

import dev.signet.core.CodeWords;
import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.Transposition;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What decoding a weight takes: each form has a function of its own, so that a file pays only for the steps that its weights need.
 *
 * @param words how codes are words
 * @param rows where the codes of a group start
 * @param ragged whether the last group of each row is cut off
 * @param grouped whether a row has several groups
 * @param order how the matrix becomes the tensor
 * @param shared whether the groups share their levels
 * @param offset whether there is an offset
 * @param cast whether the weight is not fp32
 * @param bits bits of a code where the function can not compute them from its inputs (opset 10 and earlier), otherwise 0
 */
record DecodeForm(
        CodeWords words,
        Rows rows,
        boolean ragged,
        boolean grouped,
        Order order,
        boolean shared,
        boolean offset,
        boolean cast,
        int bits) {
    /** From this opset on there are Range and GatherElements. */
    static final int OPSET_OF_RANGE = 11;

    /** Where the codes of a group start. */
    enum Rows {
        /** On a whole unit of bytes. */
        ALIGNED(""),
        /** Where those of the group before end. */
        FLAT("F"),
        /** The same, and the last unit of the weight is not full. */
        CUT("C");

        private final String letter;

        Rows(String letter) {
            this.letter = letter;
        }
    }

    /** How the matrix becomes the tensor. */
    enum Order {
        /** By a reshape. */
        IN_ORDER(""),
        /** By a reshape and a transposition. */
        TRANSPOSED("T"),
        /** By a reshape, a transposition and another reshape. */
        RESHAPED("U");

        private final String letter;

        Order(String letter) {
            this.letter = letter;
        }
    }

    /** The form of {@code packed} in a model of {@code opset}. */
    static DecodeForm of(PackedWeight packed, int opset) {
        MultiBitWeight weight = packed.weight();
        GroupLayout layout = weight.layout();
        CodeWords words = CodeWords.of(weight.bits());
        int unit = words.unitCodes(weight.bits());
        long codes = (long) layout.groups() * layout.groupSize();
        Rows rows = layout.groupSize() % unit == 0 ? Rows.ALIGNED : codes % unit == 0 ? Rows.FLAT : Rows.CUT;
        Order order = Transposition.isIdentity(packed.permutation())
                ? Order.IN_ORDER
                : Arrays.equals(Transposition.shape(packed.view(), packed.permutation()), packed.shape())
                        ? Order.TRANSPOSED
                        : Order.RESHAPED;
        return new DecodeForm(
                words,
                rows,
                layout.groupsPerRow() * layout.groupSize() != layout.rowLength(),
                layout.groupsPerRow() != 1,
                order,
                weight.shared() != null,
                weight.shared() != null || weight.offsets().length != 0,
                packed.type() != ElementType.FLOAT,
                opset < OPSET_OF_RANGE ? weight.bits() : 0);
    }

    /** The function's name: a letter for each step that not every weight needs. */
    String name() {
        return MultiBitFunction.NAME
                + (bits == 0 ? "" : "B" + bits)
                + switch (words) {
                    case BYTES -> "";
                    case TEN_BITS -> "X";
                    case TWELVE_BITS -> "D";
                }
                + rows.letter
                + (ragged ? "R" : "")
                + (grouped ? "G" : "")
                + order.letter
                + (shared ? "S" : "")
                + (offset ? "" : "N")
                + (cast ? "H" : "");
    }

    /** The same form for codes of a known number of bits. */
    DecodeForm withBits(int known) {
        return new DecodeForm(words, rows, ragged, grouped, order, shared, offset, cast, known);
    }

    /** The form whose function has this name. */
    static Optional<DecodeForm> named(String name) {
        return Optional.ofNullable(NAMED.get(name));
    }

    private static final Map<String, DecodeForm> NAMED =
            all().collect(Collectors.toMap(DecodeForm::name, form -> form));

    private static Stream<DecodeForm> all() {
        return Stream.of(CodeWords.values())
                .flatMap(words -> Stream.of(Rows.values())
                        .flatMap(rows -> Stream.of(Order.values())
                                .flatMap(order -> IntStream.range(0, 32 * 9)
                                        .mapToObj(i -> new DecodeForm(
                                                words,
                                                rows,
                                                (i & 1) != 0,
                                                (i & 2) != 0,
                                                order,
                                                (i & 4) != 0,
                                                (i & 8) != 0,
                                                (i & 16) != 0,
                                                i / 32)))));
    }

    /** Dimensions of the indices that select levels, before flat ones are put in rows. */
    int indexRank() {
        int aligned = words.hasHighParts() ? 4 : 3;
        return rows == Rows.ALIGNED ? aligned : 2;
    }
}
