package dev.signet.lab.builtin;

import dev.signet.lab.experiment.Cell;
import dev.signet.lab.image.Picture;
import dev.signet.lab.task.Metric;
import dev.signet.lab.task.TaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the demo found for one model.
 *
 * @param model the model
 * @param kind what it does
 * @param data what it was evaluated on
 * @param bytes of its file
 * @param original its metrics before anything was quantized; empty where it is what others are compared with
 * @param trials in the order of the ways, and of the bits in each
 * @param pictures what it made of a few held-out pictures
 */
public record DemoResult(
        BuiltInModel model,
        TaskKind kind,
        String data,
        long bytes,
        Map<String, Double> original,
        List<Trial> trials,
        List<Strip> pictures) {
    /** The columns of its table. */
    public List<String> header() {
        List<String> header = new ArrayList<>(List.of(""));
        bits().forEach(bits -> header.add("%d bits: %s".formatted(bits, columns())));
        return header;
    }

    private String columns() {
        return metrics().map(Metric::label).collect(Collectors.joining(", ")) + ", bytes";
    }

    /** The rows: the original, and each way. */
    public List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        List<String> first = new ArrayList<>(List.of("original"));
        bits().forEach(bits -> first.add(cell(original, bytes)));
        rows.add(first);
        for (DemoWay way : DemoWay.values()) {
            List<String> row = new ArrayList<>(List.of(way.text()));
            trials.stream()
                    .filter(trial -> trial.way() == way)
                    .forEach(trial ->
                            row.add(cell(trial.cell().metrics(), trial.cell().bytes())));
            rows.add(row);
        }
        return rows;
    }

    private String cell(Map<String, Double> values, long bytes) {
        String figures = metrics()
                .map(metric -> values.containsKey(metric.key()) ? metric.text(values.get(metric.key())) : "-")
                .collect(Collectors.joining(", "));
        return String.format(Locale.ROOT, "%s, %,d", figures, bytes);
    }

    /** The metrics that tables show. */
    private Stream<Metric> metrics() {
        return kind == TaskKind.CLASSIFICATION ? Stream.of(Metric.TOP1) : Stream.of(Metric.PSNR, Metric.SSIM);
    }

    /** The numbers of bits, as they were tried. */
    public List<Integer> bits() {
        return trials.stream()
                .map(trial -> trial.cell().setting().bits())
                .distinct()
                .toList();
    }

    /** One way with one number of bits. */
    public record Trial(DemoWay way, Cell cell) {}

    /**
     * One picture and what became of it.
     *
     * @param name of the picture
     * @param shown captions and pictures, from left to right
     */
    public record Strip(String name, List<Shown> shown) {}

    /** A picture with a caption. */
    public record Shown(String caption, Picture picture) {}
}
