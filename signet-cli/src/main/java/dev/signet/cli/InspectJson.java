package dev.signet.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.signet.core.Grouping;
import dev.signet.quantize.inspect.Histogram;
import dev.signet.quantize.inspect.ModelSummary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** {@code inspect --json}; documented in docs/json.md. Keys of the inner maps of {@code memory} are bits. */
record InspectJson(
        String path,
        long bytes,
        int opset,
        long irVersion,
        Small smallTensors,
        List<Tensor> tensors,
        Bins histogram,
        Map<String, Object> memory) {
    record Small(int count, long bytes) {}

    record Tensor(
            String name,
            long[] shape,
            long bytes,
            @Nullable String kept,
            @JsonUnwrapped @Nullable Weights weights) {}

    record Weights(
            List<String> usedBy,
            int filters,
            int inputs,
            int kernelSize,
            double deviation,
            Bins histogram,
            Map<Integer, Object> articlePercent) {}

    record Bins(double from, double to, long[] counts) {
        static Bins of(Histogram histogram) {
            return new Bins(histogram.from(), histogram.to(), histogram.counts());
        }
    }

    static InspectJson of(ModelSummary summary) {
        Map<String, Object> memory = new LinkedHashMap<>();
        memory.put("float", summary.floatBytes());
        for (Grouping grouping : ModelSummary.GROUPINGS) {
            memory.put(grouping.text(), byBits(bits -> summary.packedBytes(grouping, bits)));
        }
        memory.put("article", byBits(summary::articleBytes));
        return new InspectJson(
                summary.path(),
                summary.bytes(),
                summary.opset(),
                summary.irVersion(),
                new Small(summary.smallTensors(), summary.smallBytes()),
                summary.layers().stream().map(InspectJson::tensor).toList(),
                Bins.of(summary.normalized()),
                memory);
    }

    private static Tensor tensor(ModelSummary.Layer layer) {
        ModelSummary.Weights weights = layer.weights();
        return new Tensor(
                layer.name(), layer.shape(), layer.bytes(), layer.kept(), weights == null ? null : weights(weights));
    }

    private static Weights weights(ModelSummary.Weights weights) {
        return new Weights(
                weights.operators(),
                weights.filters(),
                weights.inputs(),
                weights.kernelSize(),
                weights.deviation(),
                Bins.of(weights.histogram()),
                byBits(bits -> Math.round(weights.article(bits).relativeToFloat() * 1000) / 10.0));
    }

    private static SequencedMap<Integer, Object> byBits(IntFunction<Object> value) {
        SequencedMap<Integer, Object> values = new LinkedHashMap<>();
        for (int bits : ModelSummary.allBits()) {
            values.put(bits, value.apply(bits));
        }
        return values;
    }
}
