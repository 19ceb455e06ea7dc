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
 * What decoding a weight takes: each form has a function of its own, so that a file pays only for the steps that its weights need, and
 * all that depends on the number of bits is a constant instead of nodes, which cost a runtime more than their work.
 *
 * @param bits of a code
 * @param rows where the codes of a group start
 * @param ragged whether the last group of each row is cut off
 * @param grouped whether a row has several groups
 * @param order how the matrix becomes the tensor
 * @param shared whether the groups share their levels
 * @param offset whether there is an offset
 * @param cast whether the weight is not fp32
 */
record DecodeForm(
        int bits,
        Rows rows,
        boolean ragged,
        boolean grouped,
        Order order,
        boolean shared,
        boolean offset,
        boolean cast) {
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

    /** The form of {@code packed}. */
    static DecodeForm of(PackedWeight packed) {
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
                weight.bits(),
                rows,
                layout.groupsPerRow() * layout.groupSize() != layout.rowLength(),
                layout.groupsPerRow() != 1,
                order,
                weight.shared() != null,
                weight.shared() != null || weight.offsets().length != 0,
                packed.type() != ElementType.FLOAT);
    }

    /** How codes are words. */
    CodeWords words() {
        return CodeWords.of(bits);
    }

    /** The function's name: the bits, and a letter for each step that not every weight needs. */
    String name() {
        return MultiBitFunction.NAME
                + bits
                + rows.letter
                + (ragged ? "R" : "")
                + (grouped ? "G" : "")
                + order.letter
                + (shared ? "S" : "")
                + (offset ? "" : "N")
                + (cast ? "H" : "");
    }

    /** The form whose function has this name. */
    static Optional<DecodeForm> named(String name) {
        return Optional.ofNullable(NAMED.get(name));
    }

    private static final Map<String, DecodeForm> NAMED =
            all().collect(Collectors.toMap(DecodeForm::name, form -> form));

    private static Stream<DecodeForm> all() {
        return IntStream.rangeClosed(1, MultiBitWeight.MAX_BITS)
                .boxed()
                .flatMap(bits -> Stream.of(Rows.values())
                        .flatMap(rows -> Stream.of(Order.values())
                                .flatMap(order -> IntStream.range(0, 32)
                                        .mapToObj(i -> new DecodeForm(
                                                bits,
                                                rows,
                                                (i & 1) != 0,
                                                (i & 2) != 0,
                                                order,
                                                (i & 4) != 0,
                                                (i & 8) != 0,
                                                (i & 16) != 0)))));
    }

    /** Codes in a word. */
    int wordCodes() {
        return words().wordCodes(bits);
    }

    /** Dimensions of the indices that select levels, before flat ones are put in rows. */
    int indexRank() {
        if (rows != Rows.ALIGNED || wordCodes() == 1) {
            return 2;
        }
        return words().hasHighParts() ? 4 : 3;
    }
}
