package dev.signet.core;

import java.util.List;
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

    /**
     * {@link Filter}, or {@link Shared} where that is better at equal bytes: levels of its own cost a filter {@code bits} values
     * more than a factor does, and as many bits in longer codes lower the error, too.
     */
    record Auto() implements Grouping {
        /** Levels on a line from this number of bits on ({@link LineQuantizer}): as many free levels gain nothing. */
        private static final int LINE_BITS = 7;

        /**
         * Sharing that saves less than this, in bits a weight, is not tried; sharing that saves more than that is not compared. What
         * lies between is measured for each tensor. Less is seldom worth another function in the file.
         */
        private static final double LEAST_SAVED = 0.5;

        private static final double MOST_SAVED = 3;

        @Override
        public Grouping chosen(int bits, int inputs) {
            return isLine(bits) || saved(bits, inputs) >= LEAST_SAVED ? new Shared() : new Filter();
        }

        @Override
        public List<Grouping> candidates(int bits, int inputs) {
            double saved = saved(bits, inputs);
            return isLine(bits) || saved < LEAST_SAVED || saved > MOST_SAVED
                    ? List.of(chosen(bits, inputs))
                    : List.of(new Filter(), new Shared());
        }

        /** Bits a weight that sharing saves. */
        private static double saved(int bits, int inputs) {
            return (double) bits * MultiBitWeight.CoefficientType.FLOAT16.bytes() * Byte.SIZE / inputs;
        }

        /** Whether so many bits stand for levels on a line. */
        public static boolean isLine(int bits) {
            return bits >= LINE_BITS;
        }
    }

    /** The groupings of which a tensor takes the better one, whose filters have so many inputs, at a number of bits. */
    default List<Grouping> candidates(int bits, int inputs) {
        return List.of(chosen(bits, inputs));
    }

    /** The most likely of these. */
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
