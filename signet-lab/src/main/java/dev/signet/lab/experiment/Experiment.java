package dev.signet.lab.experiment;

import dev.signet.core.MultiBitWeight;
import dev.signet.lab.baseline.Baseline;
import dev.signet.lab.pipeline.BitPolicy;
import dev.signet.lab.pipeline.ModelQuantizer;
import dev.signet.lab.pipeline.NotAchievedException;
import dev.signet.lab.pipeline.Progress;
import dev.signet.lab.pipeline.QuantizeOptions;
import dev.signet.onnx.OutputException;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.graph.WeightScan;
import dev.signet.onnx.graph.WeightTensor;
import dev.signet.onnx.graph.WeightUse;
import dev.signet.onnx.output.PendingFile;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.GraphEdits;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.rewrite.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Quantizes one model in many ways, one after the other, and evaluates each. */
public final class Experiment {
    private final Path model;
    private final QuantizeOptions options;
    private final Function<Path, Map<String, Double>> task;
    private final Progress progress;

    /**
     * @param options of all settings, but for what a setting says itself
     * @param task evaluates a model file
     */
    public Experiment(
            Path model, QuantizeOptions options, Function<Path, Map<String, Double>> task, Progress progress) {
        this.model = model;
        this.options = options;
        this.task = task;
        this.progress = progress;
    }

    /**
     * Runs the settings. What makes no difference to a method (a heat map to a baseline) is not run again: its cells repeat the
     * result.
     *
     * @param known cells of an earlier run, which are not done again
     * @param done hears of each cell when it is there
     * @return a cell for each setting, in order
     * @throws NotAchievedException naming the setting, if a file can not be made smaller with it
     */
    public List<Cell> run(List<Setting> settings, List<Cell> known, Consumer<Cell> done) {
        Map<Setting, Cell> results = new HashMap<>();
        known.forEach(cell -> results.put(cell.setting().essence(), cell));
        List<Cell> cells = new ArrayList<>();
        for (Setting setting : settings) {
            Cell result = results.computeIfAbsent(setting.essence(), this::run);
            Cell cell = new Cell(setting, result.bytes(), result.metrics());
            cells.add(cell);
            done.accept(cell);
        }
        return cells;
    }

    private Cell run(Setting setting) {
        Path folder;
        try {
            folder = Files.createTempDirectory("signet-experiment");
        } catch (IOException e) {
            throw OutputException.of(
                    System.getProperty("java.io.tmpdir", "the temporary folder"),
                    "can not be written: " + e.getMessage(),
                    "check its permissions and the free space",
                    e);
        }
        Path file = folder.resolve("cell.onnx");
        try {
            long bytes = write(setting, file);
            return new Cell(setting, bytes, task.apply(file));
        } finally {
            delete(folder);
        }
    }

    private long write(Setting setting, Path file) {
        return switch (setting.scheme()) {
            case Scheme.Own(var method) -> {
                var own = new QuantizeOptions(
                        new BitPolicy.Uniform(setting.bits()),
                        method,
                        setting.importance(),
                        setting.group(),
                        options.offset(),
                        options.correct(),
                        options.format(),
                        options.exclude(),
                        options.samples(),
                        options.inputShapes(),
                        setting.seed(),
                        options.threads());
                try {
                    yield new ModelQuantizer(own, progress)
                            .quantize(model, file, true)
                            .bytesAfter();
                } catch (NotAchievedException e) {
                    throw new NotAchievedException("%s, %s, %d bits: %s"
                            .formatted(
                                    method.text(),
                                    setting.group().text(),
                                    setting.bits(),
                                    String.valueOf(e.getMessage())));
                }
            }
            case Scheme.Other(Baseline baseline) -> writeBaseline(baseline, setting.bits(), file);
        };
    }

    /** Writes the dequantized weights, and counts what their codes would take. */
    private long writeBaseline(Baseline baseline, int bits, Path file) {
        OnnxModel source = ModelFile.read(model);
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        long bytes = source.bytes();
        for (WeightTensor tensor : WeightScan.of(source).weights()) {
            List<String> names = new ArrayList<>(List.of(tensor.name()));
            tensor.uses().stream().map(WeightUse::label).forEach(names::add);
            if (options.exclude().stream().anyMatch(pattern -> pattern.matches(names))) {
                continue;
            }
            Baseline.Quantized quantized = baseline.quantize(tensor.matrix(), bits);
            if (quantized.bytes() < tensor.bytes()) {
                weights.put(tensor, quantized.weight());
                bytes += quantized.bytes() - tensor.bytes();
            }
        }
        try (PendingFile pending = PendingFile.create(file, true, source)) {
            pending.write(
                    new ModelRewriter(source).rewrite(weights, Format.FLOAT, Provenance.of(Map.of()), GraphEdits.NONE));
            pending.commit();
        }
        return bytes;
    }

    private static void delete(Path folder) {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw OutputException.of(
                    folder.toString(), "can not be removed: " + e.getMessage(), "remove it by hand", e);
        }
    }
}
