package dev.signet.lab.task;

import dev.signet.lab.metric.Metric;
import dev.signet.lab.metric.Tally;
import dev.signet.quantize.runtime.RunnableModel;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntConsumer;

/** What models are for, with the data to measure how well they do it. */
public sealed interface Task permits Classification, PictureTask {
    /** The kind of task. */
    TaskKind kind();

    /** Number of images. */
    int size();

    /** All that the figures depend on beside the model and the images, by name: for reports, and to tell two runs apart. */
    Map<String, String> conditions();

    /**
     * Measures a model. May be called from several threads with different models.
     *
     * @param model takes images
     * @param done is told the number of images that are done
     * @return a value for each metric, the one to look at first in front
     * @throws dev.signet.onnx.InputException if the model can not do the task
     */
    default SequencedMap<Metric, Double> evaluate(RunnableModel model, IntConsumer done) {
        return tally(model, done).means();
    }

    /** Measures a model as {@link #evaluate}, in a form that can be put together with other images' figures. */
    Tally tally(RunnableModel model, IntConsumer done);
}
