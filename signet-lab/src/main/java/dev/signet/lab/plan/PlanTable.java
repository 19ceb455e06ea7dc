package dev.signet.lab.plan;

import dev.signet.lab.experiment.Setting;
import dev.signet.lab.metric.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * All cells of a plan with what they gave, in the plan's order.
 *
 * @param rows one for each cell
 */
public record PlanTable(List<Row> rows) {
    /**
     * A cell and its result.
     *
     * @param cell the cell
     * @param result what it gave
     */
    public record Row(PlanCell cell, CellResult result) {}

    /** Collects what the work gave. */
    public static PlanTable of(Plan plan, CellWork work) {
        Map<PlanCell, CellResult> results = new LinkedHashMap<>();
        for (PlanCell cell : plan.work()) {
            results.put(cell, work.result(cell).orElseGet(() -> CellResult.failed("was not worked at")));
        }
        List<Row> rows = new ArrayList<>();
        for (PlanCell cell : plan.cells()) {
            CellResult result = results.get(cell.essence());
            rows.add(new Row(cell, result == null ? CellResult.failed("was not worked at") : result));
        }
        return new PlanTable(rows);
    }

    /** The rows of each model, the original's first. */
    public SequencedMap<PlanModel, List<Row>> models() {
        SequencedMap<PlanModel, List<Row>> models = new LinkedHashMap<>();
        rows.forEach(row -> models.computeIfAbsent(row.cell().model(), key -> new ArrayList<>())
                .add(row));
        return models;
    }

    /** The metric to look at first of a model; empty where nothing was measured. */
    public static Optional<Metric> first(List<Row> ofModel) {
        return ofModel.stream()
                .filter(row -> row.result().isDone())
                .flatMap(row -> row.result().metrics().keySet().stream())
                .findFirst();
    }

    /**
     * The rows of one model, the original and what was not measured aside, that no other one beats: none is smaller and at least as
     * good, or as small and better.
     */
    public static List<Row> frontier(List<Row> ofModel) {
        Optional<Metric> metric = first(ofModel);
        List<Row> done = ofModel.stream()
                .filter(row ->
                        row.cell().setting() != null && metric.isPresent() && !Double.isNaN(value(row, metric.get())))
                .toList();
        return done.stream()
                .filter(row -> done.stream().noneMatch(other -> beats(other, row, metric.orElseThrow())))
                .toList();
    }

    private static boolean beats(Row one, Row other, Metric metric) {
        double better = value(one, metric) - value(other, metric);
        long smaller = other.result().bytes() - one.result().bytes();
        return better >= 0 && smaller >= 0 && (better > 0 || smaller > 0);
    }

    /** A metric's value, the more the better. */
    private static double value(Row row, Metric metric) {
        double value = row.result().metrics().getOrDefault(metric, Double.NaN);
        return metric.moreIsBetter() ? value : -value;
    }

    /** How many cells have failed. */
    public long failed() {
        return rows.stream().filter(row -> !row.result().isDone()).count();
    }

    /**
     * The table as CSV (RFC 4180, all digits): the same bytes for the same plan, whoever worked at it and how long.
     */
    public String csv() {
        StringBuilder csv =
                new StringBuilder("model,task,data,images,bits,method,importance,group,seed,bytesBefore,bytes");
        for (Metric metric : Metric.values()) {
            csv.append(',').append(metric.key());
        }
        csv.append(",error\r\n");
        for (Row row : rows) {
            List<String> fields = new ArrayList<>();
            PlanModel model = row.cell().model();
            CellResult result = row.result();
            Setting setting = row.cell().setting();
            fields.addAll(List.of(model.path(), model.taskText(), model.data(), Integer.toString(result.images())));
            fields.addAll(
                    setting == null
                            ? List.of("", "original", "", "", "")
                            : List.of(
                                    Integer.toString(setting.bits()),
                                    setting.way().scheme().text(),
                                    setting.way().importanceText(),
                                    setting.way().group().text(),
                                    Long.toString(setting.seed())));
            fields.add(Long.toString(result.bytesBefore()));
            fields.add(Long.toString(result.bytes()));
            for (Metric metric : Metric.values()) {
                fields.add(text(result.metrics().get(metric)));
            }
            fields.add(result.error() == null ? "" : result.error());
            csv.append(String.join(",", fields.stream().map(PlanTable::quoted).toList()))
                    .append("\r\n");
        }
        return csv.toString();
    }

    private static String text(@Nullable Double value) {
        return value == null ? "" : value.toString();
    }

    private static String quoted(String field) {
        return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
