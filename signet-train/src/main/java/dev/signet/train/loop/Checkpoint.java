package dev.signet.train.loop;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import dev.signet.onnx.OutputException;
import dev.signet.onnx.store.OutputFile;
import dev.signet.quantize.array.NpyArray;
import dev.signet.quantize.array.NpzFile;
import dev.signet.train.graph.DifferentiableModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * All that a run needs to go on as if nothing had happened. On disk it is an {@code .npz} file, which numpy reads, with the
 * weights ({@code model/NAME}), what the optimizer remembers ({@code optimizer/NAME}) and one text entry {@code run.json}.
 *
 * @param recipe what decides the outcome; see {@link TrainingPlan}
 * @param epoch the epoch to go on with, from 0
 * @param step the step of it, from 0
 * @param lossSum of the epoch's steps so far
 * @param seconds that the epoch took so far
 * @param curve the epochs that are done
 * @param arrays weights and memory
 */
public record Checkpoint(
        String recipe,
        int epoch,
        int step,
        double lossSum,
        double seconds,
        List<EpochReport> curve,
        Map<String, NpyArray> arrays) {
    private static final String RUN = "run.json";
    private static final String MODEL = "model/";
    private static final String OPTIMIZER = "optimizer/";
    private static final ObjectMapper JSON = new ObjectMapper();

    static Checkpoint of(
            String recipe,
            int epoch,
            int step,
            double lossSum,
            double seconds,
            List<EpochReport> curve,
            DifferentiableModel model,
            Optimizer optimizer) {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        model.arrays().forEach((name, array) -> arrays.put(MODEL + name, toNpy(array)));
        optimizer.memory().forEach((name, array) -> arrays.put(OPTIMIZER + name, toNpy(array)));
        return new Checkpoint(recipe, epoch, step, lossSum, seconds, List.copyOf(curve), arrays);
    }

    private static NpyArray toNpy(NDArray array) {
        int[] shape = Arrays.stream(array.getShape().getShape())
                .mapToInt(Math::toIntExact)
                .toArray();
        return new NpyArray(shape, array.toFloatArray());
    }

    /** Puts weights and memory back. */
    void restore(DifferentiableModel model, Optimizer optimizer) {
        model.arrays().forEach((name, array) -> set(array, MODEL + name));
        optimizer.memory().forEach((name, array) -> set(array, OPTIMIZER + name));
    }

    private void set(NDArray array, String name) {
        NpyArray saved = arrays.get(name);
        if (saved == null || saved.values().length != array.size()) {
            throw InputException.of(
                    "checkpoint",
                    "array '%s' is missing or has another size".formatted(name),
                    "start anew, without --resume");
        }
        array.set(saved.values());
    }

    /**
     * Reads a checkpoint.
     *
     * @param recipe what the run that goes on would have; must be that of the run that wrote it
     * @throws InputException if it is no checkpoint, or one of another run
     */
    public static Checkpoint read(Path file, String recipe) {
        JsonNode run;
        try (var zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(RUN);
            if (entry == null) {
                throw InputException.of(file.toString(), "is no checkpoint of a training run", "check the path");
            }
            try (InputStream stream = zip.getInputStream(entry)) {
                run = JSON.readTree(stream);
            }
        } catch (IOException e) {
            throw InputException.of(
                    file.toString(), "can not be read (" + Messages.reason(e) + ")", "start without --resume", e);
        }
        String written = run.path("recipe").asText();
        if (!written.equals(recipe)) {
            throw InputException.of(
                    file.toString(),
                    "was written by another run: '%s', now '%s'".formatted(written, recipe),
                    "give the same options, or start anew without --resume");
        }
        List<EpochReport> curve = new ArrayList<>();
        for (JsonNode point : run.path("curve")) {
            Map<String, Double> metrics = new LinkedHashMap<>();
            point.path("metrics")
                    .properties()
                    .forEach(m -> metrics.put(m.getKey(), m.getValue().asDouble()));
            curve.add(new EpochReport(
                    point.path("epoch").asInt(),
                    point.path("loss").asDouble(),
                    metrics,
                    point.path("seconds").asDouble()));
        }
        return new Checkpoint(
                written,
                run.path("epoch").asInt(),
                run.path("step").asInt(),
                run.path("lossSum").asDouble(),
                run.path("seconds").asDouble(),
                curve,
                NpzFile.read(file));
    }

    /**
     * Writes the checkpoint; one that was there stays until the new one is whole.
     *
     * @throws OutputException if it can not be written
     */
    void write(Path file) {
        OutputFile.write(file, out -> {
            var zip = new ZipOutputStream(out);
            // Weights hardly shrink.
            zip.setLevel(Deflater.NO_COMPRESSION);
            zip.putNextEntry(new ZipEntry(RUN));
            zip.write(JSON.writeValueAsString(json()).getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
            for (var array : arrays.entrySet()) {
                zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
                array.getValue().write(zip);
                zip.closeEntry();
            }
            zip.finish();
        });
    }

    private ObjectNode json() {
        ObjectNode run = JSON.createObjectNode()
                .put("recipe", recipe)
                .put("epoch", epoch)
                .put("step", step)
                .put("lossSum", lossSum)
                .put("seconds", seconds);
        var points = run.putArray("curve");
        for (EpochReport point : curve) {
            ObjectNode metrics = points.addObject()
                    .put("epoch", point.epoch())
                    .put("loss", point.loss())
                    .put("seconds", point.seconds())
                    .putObject("metrics");
            point.metrics().forEach(metrics::put);
        }
        return run;
    }
}
