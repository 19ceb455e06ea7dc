package dev.signet.lab.task;

import dev.signet.lab.metric.Measured;
import dev.signet.lab.metric.Metric;
import dev.signet.quantize.runtime.RunnableModel;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntConsumer;

/** What models are for, with the data to measure how well they do it. */
public sealed interface Task permits ShardedTask, AgainstOriginal {
    /** The kind of task. */
    TaskKind kind();

    /** Number of images, or other samples. */
    int size();

    /** All that the figures depend on beside the model and the images, by name: for reports, and to tell two runs apart. */
    Map<String, String> conditions();

    /**
     * Measures a model. May be called from several threads with different models.
     *
     * @param model takes images
     * @param done is told the number of images that are done
     * @return a value for each metric, and what single samples gave
     * @throws dev.signet.onnx.InputException if the model can not do the task
     */
    Measured measure(RunnableModel model, IntConsumer done);

    /** The figures of {@link #measure} alone, the one to look at first in front. */
    default SequencedMap<Metric, Double> evaluate(RunnableModel model, IntConsumer done) {
        return measure(model, done).figures();
    }
}
