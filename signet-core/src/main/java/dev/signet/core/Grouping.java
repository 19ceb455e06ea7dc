package dev.signet.core;

import java.util.Locale;

/** Which weights share one set of coefficients (and one offset). */
public sealed interface Grouping {
    /** One set for each filter, the default. */
    record Filter() implements Grouping {}

    /** One set for each spatial kernel slice of each filter, as in the article. */
    record Kernel() implements Grouping {}

    /**
     * One set for each block of at most {@code size} consecutive weights of a filter; the blocks of a filter are as equal as
     * possible.
     */
    record Block(int size) implements Grouping {
        /** @throws IllegalArgumentException if {@code size} is not positive */
        public Block {
            if (size < 1) {
                throw new IllegalArgumentException("a block needs at least one weight, not " + size);
            }
        }
    }

    /** One set for the whole tensor. */
    record Layer() implements Grouping {}

    /** The groups of a matrix. */
    default GroupLayout layout(int filters, int inputs, int kernelSize) {
        return switch (this) {
            case Filter() -> new GroupLayout(filters, inputs, 1, inputs);
            case Kernel() -> new GroupLayout(filters, inputs, inputs / kernelSize, kernelSize);
            case Block(int size) -> {
                int blocks = Math.ceilDiv(inputs, Math.min(size, inputs));
                int even = Math.ceilDiv(inputs, blocks);
                yield new GroupLayout(filters, inputs, Math.ceilDiv(inputs, even), even);
            }
            case Layer() -> {
                int weights = Math.multiplyExact(filters, inputs);
                yield new GroupLayout(1, weights, 1, weights);
            }
        };
    }

    /** The groups of {@code weight}. */
    default GroupLayout layout(WeightMatrix weight) {
        return layout(weight.filters(), weight.inputs(), weight.kernelSize());
    }

    /**
     * Reads {@code filter}, {@code kernel}, {@code block:N} or {@code layer}.
     *
     * @throws IllegalArgumentException if {@code text} is none of them
     */
    static Grouping parse(String text) {
        return switch (text) {
            case "filter" -> new Filter();
            case "kernel" -> new Kernel();
            case "layer" -> new Layer();
            default -> {
                if (!text.matches("block:[1-9][0-9]{0,8}")) {
                    throw new IllegalArgumentException(String.format(
                            Locale.ROOT, "'%s' is not a grouping: filter, kernel, block:N or layer", text));
                }
                yield new Block(Integer.parseInt(text.substring("block:".length())));
            }
        };
    }

    /** What {@link #parse} reads. */
    default String text() {
        return switch (this) {
            case Filter() -> "filter";
            case Kernel() -> "kernel";
            case Block(int size) -> "block:" + size;
            case Layer() -> "layer";
        };
    }
}
