package dev.signet.lab.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.core.compute.Progress;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.experiment.SettingWriter;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.metric.Tally;
import dev.signet.lab.task.ShardedTask;
import dev.signet.onnx.InputException;
import dev.signet.onnx.OutputException;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.store.WorkFolder;
import dev.signet.quantize.NotAchievedException;
import dev.signet.quantize.QuantizeOptions;
import dev.signet.quantize.SignetVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of work that a plan is made of, for one process; any thread may do any of them. Each piece leaves what it gave in the
 * sweep's folder, under a name that the cell's question gives, and is not done again where that is there: work that is interrupted goes on
 * where it was. What goes wrong in a cell becomes its result.
 */
public final class CellWork implements AutoCloseable {
    private static final String CELLS = "cells";
    private static final String WORK = "work";

    // A few models are measured at the same time; more open sessions than that only take memory.
    private static final int IDLE_SESSIONS = 2;

    private final Plan plan;
    private final Sources sources;
    private final SweepFolder folder;
    private final int threads;
    private final TaskSource tasks;
    private final Sessions sessions;

    /**
     * The work of a plan.
     *
     * @param sources where models and data come from
     * @param folder where results go
     * @param threads of one piece of work
     */
    public CellWork(Plan plan, Sources sources, SweepFolder folder, int threads) {
        this.plan = plan;
        this.sources = sources;
        this.folder = folder;
        this.threads = threads;
        this.tasks = new TaskSource(sources);
        this.sessions = new Sessions(threads, IDLE_SESSIONS);
    }

    /** The name of a cell's files: of all that its result depends on. */
    private String key(PlanCell cell) {
        PlanModel model = cell.model();
        Setting setting = cell.setting();
        String question = String.join(
                "\n",
                SignetVersion.current(),
                model.toString(),
                sources.stamp(model.path()),
                String.valueOf(plan.shard()),
                String.valueOf(plan.memory().bytes()),
                setting == null ? "original" : cell.essence().text());
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(question.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is known of a cell; empty where it is not finished. */
    public Optional<CellResult> result(PlanCell cell) {
        return folder.read(CELLS + "/" + key(cell) + ".json").flatMap(CellWork::parsed);
    }

    private static Optional<CellResult> parsed(String text) {
        try {
            return Optional.of(CellResult.parse(text));
        } catch (IllegalArgumentException e) {
            // Half a file of another program: the cell is worked at again.
            return Optional.empty();
        }
    }

    /** The cells that are not finished; those that failed are tried again, and their errors forgotten. */
    public List<PlanCell> open(List<PlanCell> cells) {
        var names = folder.names(CELLS);
        List<PlanCell> open = new ArrayList<>();
        for (PlanCell cell : cells) {
            String key = key(cell);
            if (!names.contains(key + ".json")) {
                open.add(cell);
            } else if (!result(cell).map(CellResult::isDone).orElse(false)) {
                folder.delete(CELLS, key);
                folder.delete(WORK, key);
                open.add(cell);
            }
        }
        return open;
    }

    /**
     * Quantizes a cell, or, of an original, counts what there is to do.
     *
     * @return in how many shards it is measured; 0 where it has its result already: without a task, or as it has failed
     */
    public int quantize(PlanCell cell, Progress progress) {
        return attempt(cell, () -> {
            String key = key(cell);
            Optional<String> there = folder.read(WORK + "/" + key + ".json");
            if (there.isPresent()) {
                return shards(CellResult.tree(there.get()).path("images").asInt());
            }
            long began = System.nanoTime();
            Path original = sources.model(cell.model().path());
            ObjectNode done = JsonNodeFactory.instance.objectNode();
            int images = cell.model().task() == null ? 0 : tasks.images(cell.model());
            done.put("images", images)
                    .put("bytesBefore", ModelFile.read(original).bytes());
            if (cell.setting() == null) {
                done.put("bytes", done.path("bytesBefore").asLong());
            } else {
                write(cell.model(), cell.setting(), original, key, done, progress);
            }
            done.put("seconds", (System.nanoTime() - began) / 1e9);
            if (images == 0) {
                keep(
                        key,
                        result(
                                done,
                                new LinkedHashMap<>(),
                                0,
                                done.path("seconds").asDouble()));
                folder.delete(WORK, key);
                return 0;
            }
            folder.write(WORK + "/" + key + ".json", done.toString());
            return shards(images);
        });
    }

    private void write(
            PlanModel model, Setting setting, Path original, String key, ObjectNode done, Progress progress) {
        try (WorkFolder local = WorkFolder.temporary()) {
            var options = options(model);
            SettingWriter.Written written = new SettingWriter(original, options)
                    .write(setting, local.path().resolve(key + ".onnx"), threads, plan.memory(), progress);
            // The model itself last: where it is, its external data are.
            List<Path> files = new ArrayList<>(local.files());
            files.sort(Comparator.comparing(file -> file.toString().endsWith(".onnx")));
            folder.keep(WORK, files);
            done.put("bytes", written.bytes());
            if (written.report() != null && written.report().outputSnr() != null) {
                done.put(Metric.OUTPUT_SNR.key(), written.report().outputSnr());
            }
        }
    }

    private QuantizeOptions options(PlanModel model) {
        QuantizeOptions usual = QuantizeOptions.defaults(3);
        return new QuantizeOptions(
                usual.bits(),
                usual.method(),
                null,
                usual.grouping(),
                usual.offset(),
                usual.correct(),
                usual.format(),
                usual.exclude(),
                new QuantizeOptions.Samples(null, 0, model.ofSamples()),
                null,
                0,
                threads,
                plan.memory(),
                true);
    }

    private int shards(int images) {
        return Math.ceilDiv(images, plan.shard());
    }

    /** Measures a cell that is quantized on a shard of the images, the shards being numbered from 0. */
    public void measure(PlanCell cell, int shard, Progress progress) {
        attempt(cell, () -> {
            String key = key(cell);
            String name = WORK + "/" + part(key, shard);
            if (folder.read(CELLS + "/" + key + ".json").isPresent()
                    || folder.read(name).isPresent()) {
                return 0;
            }
            long began = System.nanoTime();
            Path original = sources.model(cell.model().path());
            int images = tasks.images(cell.model());
            int from = shard * plan.shard();
            int to = Math.min(images, from + plan.shard());
            try (Sessions.Lease reference = sessions.of(original)) {
                ShardedTask task = tasks.open(cell.model(), reference.model(), from, to);
                try (Sessions.Lease session = cell.setting() == null ? sessions.of(original) : sessions.of(file(key));
                        Progress.Task running = progress.start("evaluating", task.size())) {
                    Tally tally = task.tally(session.model(), running::at);
                    folder.write(name, text(tally, (System.nanoTime() - began) / 1e9));
                }
            }
            return 0;
        });
    }

    /** The quantized model, local. */
    private Path file(String key) {
        return folder.fetch(WORK, key + ".onnx").stream()
                .filter(file -> file.toString().endsWith(".onnx"))
                .findFirst()
                .orElseThrow(() ->
                        InputException.of(key + ".onnx", "has gone from the sweep's folder", "run the sweep again"));
    }

    private static String part(String key, int shard) {
        return key + "-" + shard + ".json";
    }

    private static String text(Tally tally, double seconds) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("images", tally.images())
                .put("seconds", seconds);
        ObjectNode parts = json.putObject("parts");
        tally.parts().forEach((metric, values) -> {
            ArrayNode array = parts.putArray(metric.key());
            for (double value : values) {
                array.add(value);
            }
        });
        return json.toString();
    }

    private static Tally tally(JsonNode json) {
        SequencedMap<Metric, double[]> parts = new LinkedHashMap<>();
        json.path("parts")
                .properties()
                .forEach(entry -> Metric.ofKey(entry.getKey()).ifPresent(metric -> {
                    double[] values = new double[entry.getValue().size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = CellResult.number(entry.getValue().get(i));
                    }
                    parts.put(metric, values);
                }));
        return new Tally(json.path("images").asInt(), parts);
    }

    /** Puts the shards of a cell together, when all are measured, and forgets the work. */
    public void finish(PlanCell cell) {
        attempt(cell, () -> {
            String key = key(cell);
            if (folder.read(CELLS + "/" + key + ".json").isEmpty()) {
                JsonNode work = CellResult.tree(needed(WORK + "/" + key + ".json"));
                double seconds = work.path("seconds").asDouble();
                List<Tally> shards = new ArrayList<>();
                for (int shard = 0; shard < shards(work.path("images").asInt()); shard++) {
                    JsonNode part = CellResult.tree(needed(WORK + "/" + part(key, shard)));
                    seconds += part.path("seconds").asDouble();
                    shards.add(tally(part));
                }
                Tally all = Tally.of(shards);
                keep(key, result(work, all.means(), all.images(), seconds));
            }
            folder.delete(WORK, key);
            return 0;
        });
    }

    /** The result of what {@link #quantize} noted and of what was measured. */
    private static CellResult result(JsonNode work, SequencedMap<Metric, Double> measured, int images, double seconds) {
        SequencedMap<Metric, Double> metrics = new LinkedHashMap<>(measured);
        JsonNode outputSnr = work.path(Metric.OUTPUT_SNR.key());
        if (!outputSnr.isMissingNode()) {
            metrics.put(Metric.OUTPUT_SNR, CellResult.number(outputSnr));
        }
        return new CellResult(
                work.path("bytesBefore").asLong(), work.path("bytes").asLong(), images, metrics, seconds, null);
    }

    private String needed(String name) {
        return folder.read(name)
                .orElseThrow(() -> InputException.of(name, "has gone from the sweep's folder", "run the sweep again"));
    }

    private void keep(String key, CellResult result) {
        folder.write(CELLS + "/" + key + ".json", result.text());
    }

    /** Gives a cell up: whoever worked at it was lost each time. */
    public void giveUp(PlanCell cell, String why) {
        keep(key(cell), CellResult.failed(why));
    }

    private int attempt(PlanCell cell, IntSupplier piece) {
        try {
            return piece.getAsInt();
        } catch (InputException | NotAchievedException e) {
            giveUp(cell, line(e.getMessage()));
        } catch (OutputException e) {
            // The sweep's folder or a temporary one: nothing that the cell can help.
            throw e;
        } catch (OutOfMemoryError e) {
            giveUp(cell, "not enough memory");
        } catch (RuntimeException e) {
            giveUp(cell, "internal error: " + line(e.toString()));
        }
        return 0;
    }

    private static String line(@Nullable String text) {
        return String.valueOf(text).replaceAll("\\s*\\R\\s*", " ");
    }

    @Override
    public void close() {
        sessions.close();
    }
}
