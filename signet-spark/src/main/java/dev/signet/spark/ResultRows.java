package dev.signet.spark;

import dev.signet.core.Grouping;
import dev.signet.lab.experiment.Scheme;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.experiment.Way;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.plan.CellResult;
import dev.signet.lab.plan.PictureInput;
import dev.signet.lab.plan.PlanCell;
import dev.signet.lab.plan.PlanModel;
import dev.signet.lab.plan.PlanTable;
import dev.signet.quantize.solve.Importance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** A sweep's table as Parquet, and back. docs/sweeps.md describes the columns. */
final class ResultRows {
    private static final StructType SCHEMA = schema();

    private ResultRows() {}

    private static StructType schema() {
        StructType schema = new StructType()
                .add("position", DataTypes.IntegerType, false)
                .add("model", DataTypes.StringType, false)
                .add("task", DataTypes.StringType, false)
                .add("data", DataTypes.StringType, false)
                .add("limit", DataTypes.IntegerType, false)
                .add("images", DataTypes.IntegerType, false)
                .add("bits", DataTypes.IntegerType)
                .add("method", DataTypes.StringType, false)
                .add("importance", DataTypes.StringType)
                .add("group", DataTypes.StringType)
                .add("seed", DataTypes.LongType)
                .add("bytesBefore", DataTypes.LongType, false)
                .add("bytes", DataTypes.LongType, false)
                .add("seconds", DataTypes.DoubleType, false)
                .add("error", DataTypes.StringType);
        for (Metric metric : Metric.values()) {
            schema = schema.add(metric.key(), DataTypes.DoubleType);
        }
        return schema;
    }

    /** Writes the table; what was there is replaced. */
    static void write(SparkSession spark, PlanTable table, String location) {
        List<Row> rows = new ArrayList<>();
        for (PlanTable.Row row : table.rows()) {
            PlanModel model = row.cell().model();
            @Nullable Setting setting = row.cell().setting();
            CellResult result = row.result();
            List<@Nullable Object> values = new ArrayList<>();
            values.add(rows.size());
            values.add(model.path());
            values.add(model.taskText());
            values.add(model.data());
            values.add(model.limit());
            values.add(result.images());
            values.add(setting == null ? null : setting.bits());
            values.add(setting == null ? "original" : setting.way().scheme().text());
            values.add(setting == null ? null : setting.way().importanceText());
            values.add(setting == null ? null : setting.way().group().text());
            values.add(setting == null ? null : setting.seed());
            values.add(result.bytesBefore());
            values.add(result.bytes());
            values.add(result.seconds());
            values.add(result.error());
            for (Metric metric : Metric.values()) {
                values.add(result.metrics().get(metric));
            }
            rows.add(RowFactory.create(values.toArray()));
        }
        spark.createDataFrame(rows, SCHEMA)
                .coalesce(1)
                .write()
                .mode(SaveMode.Overwrite)
                .parquet(location);
    }

    /** The table that {@link #write} wrote. */
    static PlanTable read(SparkSession spark, String location) {
        List<PlanTable.Row> rows = new ArrayList<>();
        Map<String, PlanModel> models = new LinkedHashMap<>();
        for (Row row : spark.read().parquet(location).orderBy("position").collectAsList()) {
            String path = row.getAs("model");
            String task = row.getAs("task");
            String data = row.getAs("data");
            int limit = row.<Integer>getAs("limit");
            PlanModel model = models.computeIfAbsent(
                    String.join("\n", path, task, data, Integer.toString(limit)),
                    key -> new PlanModel(path, PlanModel.task(task), data, limit, 0, PictureInput.UNSAID));
            SequencedMap<Metric, Double> metrics = new LinkedHashMap<>();
            for (Metric metric : Metric.values()) {
                @Nullable Double value = row.getAs(metric.key());
                if (value != null) {
                    metrics.put(metric, value);
                }
            }
            rows.add(new PlanTable.Row(
                    new PlanCell(model, setting(row)),
                    new CellResult(
                            row.<Long>getAs("bytesBefore"),
                            row.<Long>getAs("bytes"),
                            row.<Integer>getAs("images"),
                            metrics,
                            row.<Double>getAs("seconds"),
                            row.getAs("error"))));
        }
        return new PlanTable(rows);
    }

    private static @Nullable Setting setting(Row row) {
        @Nullable Integer bits = row.getAs("bits");
        if (bits == null) {
            return null;
        }
        String importance = row.getAs("importance");
        return new Setting(
                bits,
                new Way(
                        Scheme.parse(row.getAs("method")),
                        importance.equals(Way.DEFAULT) ? null : Importance.parse(importance),
                        Grouping.parse(row.getAs("group"))),
                row.<Long>getAs("seed"));
    }
}
