package dev.signet.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.signet.quantize.QuantizeReport;
import dev.signet.quantize.TensorReport;
import dev.signet.quantize.runtime.Verification;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** {@code quantize --json}; documented in docs/json.md. */
record QuantizeJson(
        String source,
        String target,
        long bytesBefore,
        long bytesAfter,
        String statistics,
        @Nullable Double outputSnr,
        List<Output> outputs,
        Verified verification,
        List<Tensor> tensors,
        List<String> notes,
        Map<String, Double> seconds) {
    /** @param snr dB; null where the output is no figure */
    record Output(String name, @Nullable Double snr, String state) {}

    record Verified(String kind, boolean identical, double difference) {}

    /** @param damage by number of bits; only where bits were chosen by it */
    record Tensor(
            String name,
            int[] shape,
            List<String> nodes,
            @Nullable Integer bits,
            @Nullable String group,
            long bytesBefore,
            long bytesAfter,
            @Nullable Double weightError,
            @Nullable Double outputSnr,
            @Nullable String kept,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<Integer, Double> damage) {}

    static QuantizeJson of(QuantizeReport report) {
        Verification verification = report.verification();
        return new QuantizeJson(
                report.source().toString(),
                report.target().toString(),
                report.bytesBefore(),
                report.bytesAfter(),
                report.statistics(),
                report.outputSnr(),
                report.outputs().stream()
                        .map(output -> new Output(
                                output.name(),
                                output.isFigure() ? (Double) output.snr() : null,
                                output.state().name().toLowerCase(Locale.ROOT)))
                        .toList(),
                new Verified(
                        verification.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        verification.identical(),
                        verification.difference()),
                report.tensors().stream().map(QuantizeJson::tensor).toList(),
                report.notes(),
                report.seconds());
    }

    private static Tensor tensor(TensorReport tensor) {
        TensorReport.Quantized quantized = tensor.quantized();
        return new Tensor(
                tensor.name(),
                tensor.shape(),
                tensor.nodes(),
                quantized == null ? null : (Integer) quantized.bits(),
                quantized == null ? null : quantized.group(),
                tensor.bytesBefore(),
                tensor.bytesAfter(),
                quantized == null ? null : (Double) quantized.weightError(),
                quantized == null ? null : quantized.outputSnr(),
                tensor.kept(),
                damage(tensor.damage()));
    }

    private static @Nullable Map<Integer, Double> damage(@Nullable List<Double> curve) {
        if (curve == null) {
            return null;
        }
        SequencedMap<Integer, Double> damage = new LinkedHashMap<>();
        curve.forEach(value -> damage.put(damage.size() + 1, value));
        return damage;
    }
}
