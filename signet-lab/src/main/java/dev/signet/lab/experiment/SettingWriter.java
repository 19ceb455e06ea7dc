package dev.signet.lab.experiment;

import dev.signet.core.MultiBitWeight;
import dev.signet.core.compute.Progress;
import dev.signet.lab.baseline.Baseline;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a model as one setting has it.
 *
 * @param model the original
 * @param options of all settings, but for what a setting says itself
 */
public record SettingWriter(Path model, QuantizeOptions options) {
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
                        options.offset(),
                        options.correct(),
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
            case Scheme.Other(Baseline baseline) -> new Written(writeBaseline(baseline, setting.bits(), file), null);
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
            pending.write(new ModelRewriter(source).rewrite(weights, Format.FLOAT));
            pending.commit();
        }
        return bytes;
    }
}
