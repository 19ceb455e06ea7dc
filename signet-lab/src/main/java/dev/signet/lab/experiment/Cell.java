package dev.signet.lab.experiment;

import dev.signet.lab.metric.Measured;
import dev.signet.lab.metric.Metric;
import dev.signet.quantize.QuantizeReport;
import dev.signet.quantize.image.Picture;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What one setting gave.
 *
 * @param setting how the model was quantized
 * @param bytes of the file; for a baseline what the file would have with codes, fp16 scales and zero points in place of floats
 * @param measured on the task
 * @param report what became of each weight; null for a baseline, and for a cell of an earlier run
 * @param pictures what the quantized model made of the first few pictures of a task that gives pictures, where they were asked for
 */
public record Cell(
        Setting setting,
        long bytes,
        Measured measured,
        @Nullable QuantizeReport report,
        List<Picture> pictures) {
    /** The task's metrics. */
    public SequencedMap<Metric, Double> metrics() {
        return measured.figures();
    }

    /** The same for a setting that gives the same. */
    Cell of(Setting other) {
        return new Cell(other, bytes, measured, report, pictures);
    }
}
