package dev.signet.lab.experiment;

import dev.signet.core.compute.Compute;
import dev.signet.core.compute.Progress;
import dev.signet.lab.baseline.Baseline;
import dev.signet.lab.baseline.InputGrams;
import dev.signet.lab.baseline.InputRounding;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.scan.WeightUse;
import dev.signet.onnx.store.PendingFile;
import dev.signet.quantize.BitPolicy;
import dev.signet.quantize.MemoryBudget;
import dev.signet.quantize.ModelQuantizer;
import dev.signet.quantize.NotAchievedException;
import dev.signet.quantize.QuantizeOptions;
import dev.signet.quantize.QuantizeReport;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.sample.SampleFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a model as one setting has it.
 *
 * @param model the original
 * @param options of all settings, but for what a setting says itself
 */
public record SettingWriter(Path model, QuantizeOptions options) {
    /** Enough to see how far values go. */
    private static final int RANGE_SAMPLES = 64;

    /**
     * What was written.
     *
     * @param bytes of the file; for a baseline what the file would have with codes, fp16 scales and zero points in place of floats
     * @param report what became of each weight; null for a baseline
     */
    public record Written(long bytes, @Nullable QuantizeReport report) {}

    /**
     * Writes the model as a setting has it.
     *
     * @throws NotAchievedException naming the setting, if the file can not be made smaller with it
     */
    public Written write(Setting setting, Path file, int threads, MemoryBudget memory, Progress progress) {
        return switch (setting.way().scheme()) {
            case Scheme.Own(var method) -> {
                var chosen = new QuantizeOptions(
                        new BitPolicy.Uniform(setting.bits()),
                        method,
                        setting.way().importance(),
                        setting.way().group(),
                        setting.way().additions().offset(),
                        setting.way().additions().correction(),
                        options.format(),
                        options.exclude(),
                        options.samples(),
                        options.inputShapes(),
                        setting.seed(),
                        threads,
                        memory,
                        options.verify());
                try {
                    QuantizeReport report = new ModelQuantizer(chosen, progress).quantize(model, file, true);
                    yield new Written(report.bytesAfter(), report);
                } catch (NotAchievedException e) {
                    throw new NotAchievedException(String.format(
                            Locale.ROOT,
                            "%s, %s, %d bits: %s",
                            method.text(),
                            setting.way().group().text(),
                            setting.bits(),
                            String.valueOf(e.getMessage())));
                }
            }
            case Scheme.Other(Baseline baseline) -> new Written(writeBaseline(baseline, setting, file, threads), null);
        };
    }

    /** Writes the values that a baseline has for the weights, and counts what its format would take. */
    private long writeBaseline(Baseline baseline, Setting setting, Path file, int threads) {
        OnnxModel source = ModelFile.read(model);
        Map<WeightTensor, float[]> values = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        long bytes = source.bytes();
        List<WeightTensor> tensors = WeightScan.of(source).weights();
        Map<WeightTensor, double[][]> grams =
                baseline == Baseline.GPTQ ? grams(source, tensors, setting.seed(), threads) : Map.of();
        for (WeightTensor tensor : tensors) {
            List<String> labels = new ArrayList<>(List.of(tensor.name()));
            tensor.uses().stream().map(WeightUse::label).forEach(labels::add);
            if (options.exclude().stream().anyMatch(pattern -> pattern.matches(labels))) {
                continue;
            }
            Baseline.Quantized quantized = baseline.quantize(tensor.matrix(), setting.bits(), grams.get(tensor));
            if (quantized.bytes() < tensor.bytes()) {
                values.put(tensor, tensor.toTensorOrder(quantized.values()));
                names.add(tensor.name());
                bytes += quantized.bytes() - tensor.bytes();
            }
        }
        OnnxModel written = new ModelRewriter(source).withValues(values);
        var rounding = new InputRounding(written, names);
        if (baseline.roundsInputs() && !rounding.isPossible()) {
            throw new NotAchievedException("%s: rounding inputs needs opset 11 or later".formatted(baseline.text()));
        }
        if (baseline.roundsInputs() && baseline.takesSamples()) {
            try (OnnxRuntimeModel runtime = OnnxRuntimeModel.open(model, threads);
                    CalibrationSamples samples = samples(source, runtime, setting.seed(), threads)) {
                bytes += rounding.bytes();
                written = rounding.fixed(samples, threads);
            }
        } else if (baseline.roundsInputs()) {
            written = rounding.dynamic();
        }
        try (PendingFile pending = PendingFile.create(file, true, source)) {
            pending.write(written);
            pending.commit();
        }
        return bytes;
    }

    private Map<WeightTensor, double[][]> grams(OnnxModel source, List<WeightTensor> tensors, long seed, int threads) {
        try (OnnxRuntimeModel runtime = OnnxRuntimeModel.open(model, threads);
                CalibrationSamples samples = samples(source, runtime, seed, threads)) {
            return InputGrams.of(source, tensors, samples, threads);
        }
    }

    /** The user's samples, or drawn ones. */
    private CalibrationSamples samples(OnnxModel source, OnnxRuntimeModel runtime, long seed, int threads) {
        QuantizeOptions.Samples wanted = options.samples();
        int count = wanted.count() == 0 ? RANGE_SAMPLES : wanted.count();
        try (var compute = new Compute(threads)) {
            var factory = new SampleFactory(source, runtime, options.inputShapes(), wanted.inputs(), compute);
            return wanted.calibration() != null
                    ? factory.fromFiles(wanted.calibration(), count, wanted.preprocessing(), seed)
                    : factory.withoutData(count, wanted.preprocessing(), seed);
        }
    }
}
