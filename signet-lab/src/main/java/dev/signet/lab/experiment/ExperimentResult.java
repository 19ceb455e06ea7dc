package dev.signet.lab.experiment;

import dev.signet.lab.metric.Measured;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.metric.PairedTest;
import dev.signet.lab.task.Task;
import dev.signet.quantize.image.Picture;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A model, and what was made of it.
 *
 * @param model the original
 * @param bytes of the original
 * @param task what it was measured on
 * @param whole what the original achieved
 * @param cells one for each setting
 * @param pictures what the original makes of the first few pictures, as many as the cells have; empty where none were asked for
 */
public record ExperimentResult(
        Path model, long bytes, Task task, Measured whole, List<Cell> cells, List<Picture> pictures) {
    /**
     * Means over the seeds.
     *
     * @param bytes of the file
     * @param metrics of the task
     * @param seeds how many they are
     */
    public record Mean(long bytes, SequencedMap<Metric, Double> metrics, int seeds) {}

    /** The original's metrics. */
    public SequencedMap<Metric, Double> original() {
        return whole.figures();
    }

    /**
     * The way whose first figure is the best at a number of bits; empty where that may be chance: it must be better than each
     * other way's by a paired test on the same samples, which are means over the seeds. Without samples there is no test.
     */
    public Optional<Way> best(int bits) {
        Metric metric = whole.first();
        List<Way> there =
                ways().stream().filter(way -> !cells(way, bits).isEmpty()).toList();
        Optional<Way> leader = there.stream().max(Comparator.comparingDouble(way -> good(metric, mean(way, bits))));
        return leader.filter(way -> there.size() > 1)
                .filter(way -> there.stream()
                        .filter(other -> !other.equals(way))
                        .allMatch(other -> PairedTest.of(samples(way, bits), samples(other, bits))
                                .filter(PairedTest::isSignificant)
                                .isPresent()));
    }

    private static double good(Metric metric, Optional<Mean> mean) {
        double value =
                mean.map(m -> m.metrics().getOrDefault(metric, Double.NaN)).orElse(Double.NaN);
        return Double.isNaN(value) ? Double.NEGATIVE_INFINITY : metric.moreIsBetter() ? value : -value;
    }

    /** What single samples gave, means over the seeds; none where it is not known of all seeds. */
    public double[] samples(Way way, int bits) {
        List<Cell> members = cells(way, bits);
        int length = members.isEmpty() ? 0 : members.getFirst().measured().samples().length;
        double[] means = new double[length];
        for (Cell member : members) {
            double[] own = member.measured().samples();
            if (own.length != length) {
                return new double[0];
            }
            Arrays.setAll(means, i -> means[i] + own[i] / members.size());
        }
        // Of one seed they stay what they are, to the bit: right or wrong.
        return members.size() == 1 ? members.getFirst().measured().samples() : means;
    }

    /** The numbers of bits, least first. */
    public List<Integer> bits() {
        return cells.stream()
                .map(cell -> cell.setting().bits())
                .distinct()
                .sorted()
                .toList();
    }

    /** The ways, in order, each once. */
    public List<Way> ways() {
        return cells.stream()
                .map(cell -> cell.setting().way().essence())
                .distinct()
                .toList();
    }

    /** The cells of a way and a number of bits, one for each seed. */
    public List<Cell> cells(Way way, int bits) {
        return cells.stream()
                .filter(cell -> cell.setting().bits() == bits
                        && cell.setting().way().essence().equals(way))
                .toList();
    }

    /** The means of a way and a number of bits; empty where there is no such cell. */
    public Optional<Mean> mean(Way way, int bits) {
        List<Cell> members = cells(way, bits);
        if (members.isEmpty()) {
            return Optional.empty();
        }
        SequencedMap<Metric, Double> metrics = new LinkedHashMap<>();
        members.forEach(cell ->
                cell.metrics().forEach((metric, value) -> metrics.merge(metric, value / members.size(), Double::sum)));
        long seeds =
                members.stream().map(cell -> cell.setting().seed()).distinct().count();
        double bytes = members.stream().mapToLong(Cell::bytes).average().orElseThrow();
        return Optional.of(new Mean(Math.round(bytes), metrics, Math.toIntExact(seeds)));
    }
}
