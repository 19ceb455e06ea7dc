package dev.signet.lab.experiment;

import dev.signet.lab.metric.Metric;
import dev.signet.lab.task.Task;
import dev.signet.quantize.image.Picture;
import java.nio.file.Path;
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
 * @param original its metrics
 * @param cells one for each setting
 * @param pictures what the original makes of the first few pictures, as many as the cells have; empty where none were asked for
 */
public record ExperimentResult(
        Path model,
        long bytes,
        Task task,
        SequencedMap<Metric, Double> original,
        List<Cell> cells,
        List<Picture> pictures) {
    /**
     * Means over the seeds.
     *
     * @param bytes of the file
     * @param metrics of the task
     * @param seeds how many they are
     */
    public record Mean(long bytes, SequencedMap<Metric, Double> metrics, int seeds) {}

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
