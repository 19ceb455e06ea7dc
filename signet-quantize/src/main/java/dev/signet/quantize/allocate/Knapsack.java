package dev.signet.quantize.allocate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The multiple-choice knapsack: one option of each item, so that their bytes fit into a budget and the sum of their damage is
 * least. Item after item, the partial choices are kept that no other beats in both bytes and damage.
 *
 * <p>Exact as long as there are at most {@link #MAX_STATES} such choices after an item. Beyond that the best in each of so many
 * ranges of bytes is kept: the result always fits, and the budget is used to within (items / MAX_STATES) of itself.
 */
public final class Knapsack {
    /** Partial choices kept after each item; they take five bytes each. */
    static final int MAX_STATES = 1 << 16;

    /**
     * One way to store an item.
     *
     * @param bytes what it takes, not negative
     * @param damage what it costs, finite and not negative
     */
    public record Option(long bytes, double damage) {
        /** @throws IllegalArgumentException if a figure is negative or not finite */
        public Option {
            if (bytes < 0 || !(damage >= 0 && damage < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "an option of %d bytes with damage %s", bytes, damage));
            }
        }
    }

    /** Partial choices, their bytes rising and their damage falling; each is an option added to one of the choices before. */
    private record Front(long[] bytes, double[] damage, int[] before, byte[] option) {
        int size() {
            return bytes.length;
        }
    }

    private Knapsack() {}

    /**
     * The best choice.
     *
     * @param items the options of each, at least one and at most 127
     * @return the index of the chosen option of each item; empty if even the smallest options do not fit
     */
    public static Optional<int[]> choose(List<List<Option>> items, long budget) {
        // What the items from i on take at the least.
        long[] rest = new long[items.size() + 1];
        for (int i = items.size() - 1; i >= 0; i--) {
            rest[i] = Math.addExact(rest[i + 1], smallest(items.get(i)));
        }
        if (rest[0] > budget) {
            return Optional.empty();
        }
        List<Front> fronts = new ArrayList<>();
        Front front = new Front(new long[1], new double[1], new int[1], new byte[1]);
        for (int i = 0; i < items.size(); i++) {
            front = thinned(extended(front, items.get(i), budget - rest[i + 1]));
            fronts.add(front);
        }
        int[] choice = new int[items.size()];
        int state = front.size() - 1;
        for (int i = items.size() - 1; i >= 0; i--) {
            choice[i] = fronts.get(i).option()[state];
            state = fronts.get(i).before()[state];
        }
        return Optional.of(choice);
    }

    private static long smallest(List<Option> options) {
        return options.stream().mapToLong(Option::bytes).min().orElseThrow();
    }

    /** Merges the front shifted by each option, which are sorted already; what does not lower the damage is left out. */
    private static Front extended(Front front, List<Option> options, long budget) {
        int most = Math.multiplyExact(front.size(), options.size());
        long[] bytes = new long[most];
        double[] damage = new double[most];
        int[] before = new int[most];
        byte[] option = new byte[most];
        int[] next = new int[options.size()];
        int size = 0;
        double least = Double.POSITIVE_INFINITY;
        while (true) {
            int best = -1;
            long bestBytes = budget;
            double bestDamage = Double.POSITIVE_INFINITY;
            for (int o = 0; o < next.length; o++) {
                if (next[o] == front.size()) {
                    continue;
                }
                long b = front.bytes()[next[o]] + options.get(o).bytes();
                double d = front.damage()[next[o]] + options.get(o).damage();
                if (b < bestBytes || (b == bestBytes && d < bestDamage)) {
                    best = o;
                    bestBytes = b;
                    bestDamage = d;
                }
            }
            if (best < 0) {
                return new Front(
                        Arrays.copyOf(bytes, size),
                        Arrays.copyOf(damage, size),
                        Arrays.copyOf(before, size),
                        Arrays.copyOf(option, size));
            }
            if (bestDamage < least) {
                // Of equal bytes the first has the least damage: the merge takes it first.
                least = bestDamage;
                bytes[size] = bestBytes;
                damage[size] = bestDamage;
                before[size] = next[best];
                option[size] = (byte) best;
                size++;
            }
            next[best]++;
        }
    }

    private static Front thinned(Front front) {
        if (front.size() <= MAX_STATES) {
            return front;
        }
        int last = front.size() - 1;
        long first = front.bytes()[0];
        double width = (double) (front.bytes()[last] - first + 1) / (MAX_STATES - 1);
        int[] kept = new int[MAX_STATES];
        // The smallest stays, whatever its damage: it is the one that surely leaves room.
        int size = 1;
        for (int i = 1; i <= last; i++) {
            boolean endsRange = i == last
                    || (long) ((front.bytes()[i] - first) / width) != (long) ((front.bytes()[i + 1] - first) / width);
            if (endsRange) {
                kept[size++] = i;
            }
        }
        long[] bytes = new long[size];
        double[] damage = new double[size];
        int[] before = new int[size];
        byte[] option = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = front.bytes()[kept[i]];
            damage[i] = front.damage()[kept[i]];
            before[i] = front.before()[kept[i]];
            option[i] = front.option()[kept[i]];
        }
        return new Front(bytes, damage, before, option);
    }
}
