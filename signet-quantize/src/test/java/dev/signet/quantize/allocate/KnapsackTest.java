package dev.signet.quantize.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.signet.quantize.allocate.Knapsack.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnapsackTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isAsGoodAsTryingEveryChoice(long seed) {
        var random = new SplittableRandom(seed);
        for (int budget = 0; budget <= 130; budget++) {
            checkAgainstEveryChoice(random, random.nextInt(1, 6), budget);
        }
    }

    private static void checkAgainstEveryChoice(SplittableRandom random, int count, int budget) {
        List<List<Option>> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Option> options = new ArrayList<>();
            int n = random.nextInt(1, 5);
            for (int o = 0; o < n; o++) {
                // Whole figures: sums are exact in whatever order, and ties occur.
                options.add(new Option(random.nextInt(30), random.nextInt(20)));
            }
            items.add(options);
        }
        double best = leastDamage(items, 0, budget);
        var choice = Knapsack.choose(items, budget);
        assertThat(choice.isPresent()).isEqualTo(best < Double.POSITIVE_INFINITY);
        if (choice.isPresent()) {
            assertThat(bytes(items, choice.get())).isLessThanOrEqualTo(budget);
            assertThat(damage(items, choice.get())).isEqualTo(best);
        }
    }

    @Test
    void manyLargeItemsFitAndComeNearTheBoundOfFractions() {
        var random = new SplittableRandom(3);
        List<List<Option>> items = new ArrayList<>();
        long atThreeBits = 0;
        for (int i = 0; i < 100; i++) {
            long weights = random.nextLong(1_000_000, 5_000_000);
            double sensitivity = random.nextDouble();
            List<Option> options = new ArrayList<>();
            for (int bits = 1; bits <= 8; bits++) {
                options.add(new Option(weights * bits / 8 + i, sensitivity * Math.pow(4, -bits)));
            }
            items.add(options);
            atThreeBits += options.get(2).bytes();
        }
        int[] choice = Knapsack.choose(items, atThreeBits).orElseThrow();
        assertThat(bytes(items, choice)).isBetween(atThreeBits * 999 / 1000, atThreeBits);
        double bound = lagrangianBound(items, atThreeBits);
        assertThat(damage(items, choice)).isBetween(bound, bound * 1.01);
        int[] uniform = new int[100];
        java.util.Arrays.fill(uniform, 2);
        assertThat(damage(items, choice)).isLessThan(damage(items, uniform));
    }

    @Test
    void optionsAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Option(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Option(1, Double.NaN));
        assertThat(Knapsack.choose(List.of(), 0))
                .hasValueSatisfying(choice -> assertThat(choice).isEmpty());
        assertThat(damage(List.of(), new int[0])).isCloseTo(0, within(0.0));
    }

    private static double leastDamage(List<List<Option>> items, int item, long budget) {
        if (budget < 0) {
            return Double.POSITIVE_INFINITY;
        }
        if (item == items.size()) {
            return 0;
        }
        double least = Double.POSITIVE_INFINITY;
        for (Option option : items.get(item)) {
            least = Math.min(least, option.damage() + leastDamage(items, item + 1, budget - option.bytes()));
        }
        return least;
    }

    /** No choice is better than max over prices of sum min (damage + price * bytes) - price * budget. */
    private static double lagrangianBound(List<List<Option>> items, long budget) {
        double best = 0;
        for (double price = 1e-12; price < 1e-3; price *= 1.02) {
            double value = -price * budget;
            for (List<Option> options : items) {
                double p = price;
                value += options.stream()
                        .mapToDouble(option -> option.damage() + p * option.bytes())
                        .min()
                        .orElseThrow();
            }
            best = Math.max(best, value);
        }
        return best;
    }

    private static long bytes(List<List<Option>> items, int[] choice) {
        long bytes = 0;
        for (int i = 0; i < choice.length; i++) {
            bytes += items.get(i).get(choice[i]).bytes();
        }
        return bytes;
    }

    private static double damage(List<List<Option>> items, int[] choice) {
        double damage = 0;
        for (int i = 0; i < choice.length; i++) {
            damage += items.get(i).get(choice[i]).damage();
        }
        return damage;
    }
}
