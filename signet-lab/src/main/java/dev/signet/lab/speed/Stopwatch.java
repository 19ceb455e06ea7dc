package dev.signet.lab.speed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Times pieces of work in turn, round after round, so that whatever else happens on the machine, a busy neighbour or a falling
 * clock rate, happens to all of them.
 *
 * @param warmUp how long all work is done, in turn, before it is timed; at least two rounds, and longer, up to four times, as
 *     long as the JIT compiler still makes it faster
 * @param time how long it is timed; at least five rounds
 */
public record Stopwatch(Duration warmUp, Duration time) {
    // In halves of the given time.
    private static final int MOST_WARM_UPS = 8;
    // What is not faster by a twentieth than before is as fast as it gets.
    private static final double WARM = 0.95;
    private static final int LEAST_ROUNDS = 5;

    // Work that is shorter is done several times for one time: the clock and a cold cache weigh little then.
    private static final double SHORTEST_SAMPLE_NANOS = 3e6;
    private static final int MOST_REPETITIONS = 10_000;

    /**
     * Times of each piece of work.
     *
     * @param milliseconds for each piece of work its time in each round
     */
    public record Times(double[][] milliseconds) {
        /** The median time of piece {@code i}, in milliseconds. */
        public double median(int i) {
            return quantile(milliseconds[i], 0.5);
        }

        /** How many times as long as {@code i} piece {@code reference} takes. */
        public Ratio ratio(int reference, int i) {
            double[] ratios = new double[milliseconds[i].length];
            for (int round = 0; round < ratios.length; round++) {
                ratios[round] = milliseconds[reference][round] / milliseconds[i][round];
            }
            double median = quantile(ratios, 0.5);
            return new Ratio(median, (quantile(ratios, 0.75) - quantile(ratios, 0.25)) / median);
        }
    }

    /**
     * A ratio of two times.
     *
     * @param median over all rounds
     * @param spread distance between the quartiles, relative to the median
     */
    public record Ratio(double median, double spread) {}

    /** Does the pieces of work, in turn, until they are warm. */
    void warm(List<? extends Runnable> works) {
        warmUp(works);
    }

    /** Times the pieces of work. */
    public Times time(List<? extends Runnable> works) {
        double[] nanos = warmUp(works);
        int[] repetitions = Arrays.stream(nanos)
                .mapToInt(one -> (int) Math.clamp(Math.ceil(SHORTEST_SAMPLE_NANOS / one), 1, MOST_REPETITIONS))
                .toArray();
        List<double[]> rounds = new ArrayList<>();
        long start = System.nanoTime();
        while (rounds.size() < LEAST_ROUNDS || System.nanoTime() - start < time.toNanos()) {
            double[] round = new double[works.size()];
            for (int i = 0; i < round.length; i++) {
                round[i] = nanos(works.get(i), repetitions[i]) / 1e6;
            }
            rounds.add(round);
        }
        double[][] milliseconds = new double[works.size()][rounds.size()];
        for (int round = 0; round < rounds.size(); round++) {
            for (int i = 0; i < milliseconds.length; i++) {
                milliseconds[i][round] = rounds.get(round)[i];
            }
        }
        return new Times(milliseconds);
    }

    /** Does everything until it is warm, and returns the nanoseconds of the fastest time of each. */
    private double[] warmUp(List<? extends Runnable> works) {
        double[] fastest = new double[works.size()];
        Arrays.fill(fastest, Double.MAX_VALUE);
        boolean warm = false;
        for (int i = 0; i < MOST_WARM_UPS && !warm; i++) {
            double[] before = fastest.clone();
            doInTurn(works, fastest);
            warm = i > 0 && IntStream.range(0, fastest.length).allMatch(w -> fastest[w] > WARM * before[w]);
        }
        return fastest;
    }

    /** Half a warm-up. */
    private void doInTurn(List<? extends Runnable> works, double[] fastest) {
        long start = System.nanoTime();
        do {
            for (int i = 0; i < fastest.length; i++) {
                fastest[i] = Math.min(fastest[i], nanos(works.get(i), 1));
            }
        } while (System.nanoTime() - start < warmUp.toNanos() / 2);
    }

    private static double nanos(Runnable work, int repetitions) {
        long start = System.nanoTime();
        for (int i = 0; i < repetitions; i++) {
            work.run();
        }
        return Math.max(1, (double) (System.nanoTime() - start) / repetitions);
    }

    private static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double position = share * (sorted.length - 1);
        int below = (int) position;
        double rest = position - below;
        return sorted[below] + (rest > 0 ? rest * (sorted[below + 1] - sorted[below]) : 0);
    }
}
