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

    /** One factor for each filter; all filters share their levels ({@link SharedLevels}). */
    record Shared() implements Grouping {}

    /** What takes the fewest bytes for what it gives: {@link Shared} for filters of few weights, {@link Filter} for others. */
    record Auto() implements Grouping {
        /** Levels on a line from this number of bits on ({@link LineQuantizer}): as many free levels gain nothing. */
        private static final int LINE_BITS = 7;

        @Override
        public Grouping chosen(int bits, int inputs) {
            return isLine(bits) ? new Shared() : new Filter();
        }

        /** Whether so many bits stand for levels on a line. */
        public static boolean isLine(int bits) {
            return bits >= LINE_BITS;
        }
    }

    /** The grouping of a tensor whose filters have so many inputs, at a number of bits. */
    default Grouping chosen(int bits, int inputs) {
        return this;
    }

    /** The groups of a matrix. */
    default GroupLayout layout(int filters, int inputs, int kernelSize) {
        return switch (this) {
            case Filter(), Shared(), Auto() -> new GroupLayout(filters, inputs, 1, inputs);
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
     * Reads {@code filter}, {@code kernel}, {@code block:N}, {@code layer} or {@code auto}.
     *
     * @throws IllegalArgumentException if {@code text} is none of them
     */
    static Grouping parse(String text) {
        return switch (text) {
            case "filter" -> new Filter();
            case "kernel" -> new Kernel();
            case "layer" -> new Layer();
            case "auto" -> new Auto();
            default -> {
                if (!text.matches("block:[1-9][0-9]{0,8}")) {
                    throw new IllegalArgumentException(String.format(
                            Locale.ROOT, "'%s' is not a grouping: filter, kernel, block:N, layer or auto", text));
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
            case Shared() -> "shared";
            case Auto() -> "auto";
        };
    }
}
