package dev.signet.cli;

import dev.signet.core.Grouping;
import dev.signet.lab.experiment.Additions;
import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.Scheme;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.experiment.Way;
import dev.signet.lab.metric.Measured;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.metric.PairedTest;
import dev.signet.lab.task.Task;
import dev.signet.quantize.QuantizeOptions;
import dev.signet.quantize.SignetVersion;
import dev.signet.quantize.solve.Importance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code experiment --json}, written and read back; documented in docs/json.md.
 *
 * @param original metrics by their keys, and {@code images}
 * @param cells what each setting gave
 * @param uncertainty standard error of the original's first metric
 * @param samples what the original gave for single samples
 * @param options all that the figures depend on, but for the settings of the cells
 */
record ExperimentJson(
        Map<String, Number> original,
        List<CellJson> cells,
        Map<String, Object> options,
        Map<String, Double> uncertainty,
        String samples) {
    private static final String IMAGES = "images";

    /** @throws IllegalArgumentException if something is missing, as in a file of another kind */
    ExperimentJson {
        checkThere(original, cells, options, uncertainty, samples);
        checkThere(cells.toArray());
    }

    record CellJson(
            int bits,
            String importance,
            String method,
            String group,
            long seed,
            long bytes,
            Map<String, Number> metrics,
            String name,
            boolean offset,
            boolean correct,
            Map<String, Double> uncertainty,
            String samples) {
        /** @throws IllegalArgumentException if it names what there is not */
        CellJson {
            checkThere(importance, method, group, metrics, name, uncertainty, samples);
            way(importance, method, group, offset, correct);
            checkThere(metrics.values().toArray());
        }

        static CellJson of(Cell cell, int images) {
            Setting setting = cell.setting();
            return new CellJson(
                    setting.bits(),
                    setting.way().importanceText(),
                    setting.way().scheme().text(),
                    setting.way().group().text(),
                    setting.seed(),
                    cell.bytes(),
                    metricsOf(cell.metrics(), images),
                    setting.way().name(),
                    setting.way().additions().offset(),
                    setting.way().additions().correction(),
                    uncertaintyOf(cell.measured()),
                    samplesText(cell.measured()));
        }

        /** The cell, without what only its run knew. */
        Cell cell() {
            return new Cell(
                    new Setting(bits, way(importance, method, group, offset, correct), seed),
                    bytes,
                    new Measured(earlier(metrics), parsed(samples)),
                    null,
                    List.of());
        }

        private static Way way(String importance, String method, String group, boolean offset, boolean correct) {
            return new Way(
                    Scheme.parse(method),
                    importance.equals(Way.DEFAULT) ? null : Importance.parse(importance),
                    Grouping.parse(group),
                    new Additions(offset, correct));
        }
    }

    /** All that the figures depend on, but for the settings of the cells. */
    static SequencedMap<String, Object> question(
            Task task, Path model, String sha256, Path data, QuantizeOptions options, List<String> exclude) {
        SequencedMap<String, Object> question = new LinkedHashMap<>();
        question.put("task", task.kind().text());
        question.put("model", model.toString());
        question.put("sha256", sha256);
        question.put("data", data.toString());
        question.put(IMAGES, task.size());
        question.putAll(new TreeMap<>(task.conditions()));
        question.put("calibrate", String.valueOf(options.samples().calibration()));
        question.put("samples", options.samples().count());
        question.put("version", SignetVersion.current());
        question.put("exclude", exclude);
        return question;
    }

    static ExperimentJson of(Map<String, Object> question, Measured original, List<Cell> cells) {
        int images = question.get(IMAGES) instanceof Integer count ? count : 0;
        return new ExperimentJson(
                metricsOf(original.figures(), images),
                cells.stream().map(cell -> CellJson.of(cell, images)).toList(),
                question,
                uncertaintyOf(original),
                samplesText(original));
    }

    private static void checkThere(@Nullable Object... values) {
        if (Arrays.asList(values).contains(null)) {
            throw new IllegalArgumentException("not what an experiment writes");
        }
    }

    /** The cells of an earlier run. */
    List<Cell> earlierCells() {
        return cells.stream().map(CellJson::cell).toList();
    }

    /** The original's metrics in an earlier run. */
    Measured earlierOriginal() {
        return new Measured(earlier(original), parsed(samples));
    }

    /** Metrics as JSON has them. */
    static SequencedMap<String, Number> metricsOf(Map<Metric, Double> metrics) {
        SequencedMap<String, Number> values = new LinkedHashMap<>();
        metrics.forEach((metric, value) -> values.put(metric.key(), value));
        return values;
    }

    /** A letter for each sample that is right (1) or wrong (0), or numbers. */
    private static String samplesText(Measured measured) {
        double[] samples = measured.samples();
        boolean counted = Arrays.stream(samples).allMatch(x -> x == 0 || x == 100);
        return Arrays.stream(samples)
                .mapToObj(x -> counted ? (x == 0 ? "0" : "1") : Double.toString(x))
                .collect(Collectors.joining(counted ? "" : " "));
    }

    /** @throws IllegalArgumentException if that is no list of samples */
    private static double[] parsed(String text) {
        if (text.matches("[01]*")) {
            return text.chars().mapToDouble(c -> c == '1' ? 100 : 0).toArray();
        }
        return Arrays.stream(text.split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** A paired test. */
    record Test(double difference, double p) {
        static Test of(PairedTest test) {
            return new Test(test.difference(), test.probability());
        }
    }

    /** The standard error of the first metric; empty where it is not known. */
    static Map<String, Double> uncertaintyOf(Measured measured) {
        return measured.uncertainty().isPresent()
                ? Map.of(measured.first().key(), measured.uncertainty().getAsDouble())
                : Map.of();
    }

    /** Metrics as JSON has them, and of how many images they are. */
    static SequencedMap<String, Number> metricsOf(Map<Metric, Double> metrics, int images) {
        SequencedMap<String, Number> values = metricsOf(metrics);
        values.put(IMAGES, images);
        return values;
    }

    private static SequencedMap<Metric, Double> earlier(Map<String, Number> values) {
        SequencedMap<Metric, Double> metrics = new LinkedHashMap<>();
        values.forEach((key, value) -> Metric.ofKey(key).ifPresent(metric -> metrics.put(metric, value.doubleValue())));
        return metrics;
    }

    /** The first cells, and those of the second whose settings are not among them. */
    static List<Cell> union(List<Cell> first, List<Cell> second) {
        List<Cell> all = new ArrayList<>(first);
        Set<Setting> there = new LinkedHashSet<>();
        first.forEach(cell -> there.add(cell.setting()));
        second.stream().filter(cell -> there.add(cell.setting())).forEach(all::add);
        return all;
    }
}
