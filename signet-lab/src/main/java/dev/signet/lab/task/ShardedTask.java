package dev.signet.lab.task;

import dev.signet.lab.metric.Measured;
import dev.signet.lab.metric.Tally;
import dev.signet.quantize.runtime.RunnableModel;
import java.util.function.IntConsumer;

/** A task whose figures are means over images, so that parts of the images can be measured apart. */
public sealed interface ShardedTask extends Task permits Classification, PictureTask {
    /** Measures a model as {@link #measure}, in a form that can be put together with other images' figures. */
    Tally tally(RunnableModel model, IntConsumer done);

    @Override
    default Measured measure(RunnableModel model, IntConsumer done) {
        return tally(model, done).measured();
    }
}
