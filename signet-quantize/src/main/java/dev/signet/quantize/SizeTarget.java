package dev.signet.quantize;

import dev.signet.core.Grouping;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.SharedLevels;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.allocate.Knapsack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Chooses bits so that the written file has at most a number of bytes and the network suffers least. What a file takes beside
 * planes and coefficients is measured by writing files with blank planes; what corrections add is learnt from a file that came
 * out too large, after which {@link #choose} gives a smaller choice.
 */
final class SizeTarget {
    // The estimate of what a node takes is off by some bytes for each tensor: two or three rounds settle it.
    private static final int ROUNDS = 16;

    // Each try writes a file.
    private static final int FILL_TRIES = 24;

    private static final int FILL_TRIES_OF_SMALL_FILES = 100;

    /** In larger files what a number of bits takes for itself, some hundred bytes, is nothing. */
    private static final long FORMS_MATTER = 200_000;

    private final long target;
    private final Map<WeightTensor, List<Choice>> choices = new LinkedHashMap<>();
    private final ToLongFunction<Map<WeightTensor, Integer>> blankFile;
    private long corrections;
    private long measured;

    /** One way to store a tensor; 0 bits for floats. */
    private record Choice(int bits, Knapsack.Option option) {}

    /**
     * @param target bytes of the file
     * @param damage of each tensor at 1..8 bits
     * @param options for the grouping and the format
     * @param blankFile the bytes of a file whose tensors have these bits (0: floats) and which is not corrected
     */
    SizeTarget(
            long target,
            Map<WeightTensor, double[]> damage,
            QuantizeOptions options,
            ToLongFunction<Map<WeightTensor, Integer>> blankFile) {
        this.target = target;
        this.blankFile = blankFile;
        damage.forEach((tensor, curve) -> choices.put(tensor, choices(tensor, curve, options)));
    }

    private static List<Choice> choices(WeightTensor tensor, double[] curve, QuantizeOptions options) {
        List<Choice> choices = new ArrayList<>();
        for (int bits = 1; bits <= MultiBitWeight.MAX_BITS; bits++) {
            long bytes = Selection.packedBytes(tensor, bits, options);
            if (bytes >= tensor.bytes()) {
                // As floats it is no larger, and whole.
                choices.add(new Choice(0, new Knapsack.Option(tensor.bytes(), 0)));
                break;
            }
            choices.add(new Choice(bits, new Knapsack.Option(bytes, curve[bits - 1])));
        }
        return choices;
    }

    /** The bits of each tensor, 0 for floats; empty if nothing fits. */
    Optional<Map<WeightTensor, Integer>> choose() {
        List<List<Knapsack.Option>> items = choices.values().stream()
                .map(all -> all.stream().map(Choice::option).toList())
                .toList();
        int[] smallest = new int[items.size()];
        measured = blankFile.applyAsLong(bits(smallest));
        long least = measured + corrections;
        long fixed = least - bytes(items, smallest);
        for (int round = 0; round < ROUNDS && least <= target; round++) {
            int[] choice = Knapsack.choose(items, target - fixed).orElse(smallest);
            measured = blankFile.applyAsLong(bits(choice));
            long over = measured + corrections - target;
            if (over <= 0) {
                return Optional.of(bits(withFewerForms(items, filledUp(items, choice))));
            }
            fixed += over;
        }
        return Optional.empty();
    }

    /**
     * The same with a bit more here and there, where what is left has room for it: each number of bits that a file has takes some
     * bytes of its own, which no option knows.
     */
    private int[] filledUp(List<List<Knapsack.Option>> items, int[] first) {
        int[] choice = first.clone();
        List<BitSet> refused = items.stream().map(options -> new BitSet()).toList();
        int most = target > FORMS_MATTER ? FILL_TRIES : FILL_TRIES_OF_SMALL_FILES;
        for (int tries = 0; tries < most; tries++) {
            int best = -1;
            int wanted = 0;
            double gain = 0;
            for (int i = 0; i < choice.length; i++) {
                List<Knapsack.Option> options = items.get(i);
                Knapsack.Option now = options.get(choice[i]);
                for (int larger = choice[i] + 1; larger < options.size(); larger++) {
                    Knapsack.Option next = options.get(larger);
                    double each = (now.damage() - next.damage()) / Math.max(1, next.bytes() - now.bytes());
                    if (!refused.get(i).get(larger) && (best < 0 || each > gain)) {
                        best = i;
                        wanted = larger;
                        gain = each;
                    }
                }
            }
            if (best < 0) {
                break;
            }
            int before = choice[best];
            choice[best] = wanted;
            long bytes = blankFile.applyAsLong(bits(choice));
            if (bytes + corrections <= target) {
                measured = bytes;
            } else {
                choice[best] = before;
                refused.get(best).set(wanted);
            }
        }
        return choice;
    }

    /**
     * The better of a choice and those that do without one of its numbers of bits: in a small file the bytes that a number of bits
     * takes for itself are worth more elsewhere.
     */
    private int[] withFewerForms(List<List<Knapsack.Option>> items, int[] first) {
        int[] best = first;
        long bytes = measured;
        int[] used = Arrays.stream(target > FORMS_MATTER ? new int[0] : first)
                .distinct()
                .toArray();
        for (int left : used) {
            for (int taken : used) {
                int[] choice =
                        Arrays.stream(first).map(c -> c == left ? taken : c).toArray();
                if (left == taken || !exist(items, choice)) {
                    continue;
                }
                measured = blankFile.applyAsLong(bits(choice));
                if (measured + corrections <= target) {
                    choice = filledUp(items, choice);
                    if (damage(items, choice) < damage(items, best)) {
                        best = choice;
                        bytes = measured;
                    }
                }
            }
        }
        measured = bytes;
        return best;
    }

    private static boolean exist(List<List<Knapsack.Option>> items, int[] choice) {
        return IntStream.range(0, choice.length)
                .allMatch(i -> choice[i] < items.get(i).size());
    }

    private static double damage(List<List<Knapsack.Option>> items, int[] choice) {
        return IntStream.range(0, choice.length)
                .mapToDouble(i -> items.get(i).get(choice[i]).damage())
                .sum();
    }

    /** The bits that make the smallest file. */
    Map<WeightTensor, Integer> smallest() {
        return bits(new int[choices.size()]);
    }

    /**
     * What to say when nothing fits.
     *
     * @param least bytes of a file with the {@link #smallest} bits
     */
    NotAchievedException outOfReach(long least) {
        // The file's metadata name the target: a target with more digits takes more bytes.
        long digits = Math.max(
                0, Long.toString(least).length() - Long.toString(target).length());
        return new NotAchievedException(String.format(
                Locale.ROOT,
                "the target of %d bytes is out of reach: the smallest file that can be made has %d bytes",
                target,
                least + digits));
    }

    /** Whether a file that was written with the last choice fits; if not, the next choice is smaller. */
    boolean fits(long written) {
        if (written <= target) {
            return true;
        }
        corrections = Math.max(corrections + 1, written - measured);
        return false;
    }

    private static long bytes(List<List<Knapsack.Option>> items, int[] choice) {
        long bytes = 0;
        for (int i = 0; i < choice.length; i++) {
            bytes += items.get(i).get(choice[i]).bytes();
        }
        return bytes;
    }

    private Map<WeightTensor, Integer> bits(int[] choice) {
        Map<WeightTensor, Integer> bits = new LinkedHashMap<>();
        int i = 0;
        for (var entry : choices.entrySet()) {
            bits.put(entry.getKey(), entry.getValue().get(choice[i++]).bits());
        }
        return bits;
    }

    /** A weight that takes the bytes of a quantized one. */
    static Map<WeightTensor, MultiBitWeight> blank(Map<WeightTensor, Integer> bits, QuantizeOptions options) {
        Map<WeightTensor, MultiBitWeight> weights = new HashMap<>();
        bits.forEach((tensor, b) -> {
            if (b > 0) {
                var view = tensor.view();
                Grouping grouping = options.chosenGrouping(b, view.inputs());
                var layout = grouping.layout(view.filters(), view.inputs(), view.kernelSize());
                byte[] planes = new byte[MultiBitWeight.planeBytes(layout, b)];
                if (grouping instanceof Grouping.Shared) {
                    var shared = new SharedLevels(new float[b], 0, new float[layout.groups()]);
                    weights.put(
                            tensor,
                            MultiBitWeight.ofShared(layout, b, planes, shared, MultiBitWeight.CoefficientType.FLOAT16));
                    return;
                }
                weights.put(
                        tensor,
                        new MultiBitWeight(
                                layout,
                                b,
                                planes,
                                new float[Math.multiplyExact(layout.groups(), b)],
                                new float[options.offset() ? layout.groups() : 0],
                                MultiBitWeight.CoefficientType.FLOAT16));
            }
        });
        return weights;
    }
}
