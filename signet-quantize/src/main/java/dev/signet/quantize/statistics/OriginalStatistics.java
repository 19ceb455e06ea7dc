package dev.signet.quantize.statistics;

import ai.onnxruntime.OnnxTensor;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.walk.NetworkWalk;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/** The statistics of all layers in the original network, one after the other: memory holds those of the layer that is looked at. */
public final class OriginalStatistics {
    private final OnnxModel model;
    private final List<WeightTensor> tensors;
    private final int threads;

    /** @param tensors whose layers are looked at */
    public OriginalStatistics(OnnxModel model, List<WeightTensor> tensors, int threads) {
        this.model = model;
        this.tensors = tensors;
        this.threads = threads;
    }

    /** Hears of a tensor when all layers that use it were seen. */
    public interface Listener {
        /**
         * All layers that use a tensor were seen.
         *
         * @param statistics averaged over these layers; null where they have none
         */
        void seen(WeightTensor tensor, @Nullable LayerStatistics statistics);
    }

    /**
     * Walks through the network.
     *
     * @param samples closed when done
     * @param task hears how many of the network's nodes are done
     */
    public void collect(CalibrationSamples samples, ForkJoinPool pool, Progress.Task task, Listener listener) {
        new NetworkWalk(model, tensors, samples.batchStatistics(), threads)
                .run(samples.chunks(), new Pass(pool, task, listener));
    }

    private final class Pass implements NetworkWalk.Visitor {
        private final ForkJoinPool pool;
        private final Progress.Task task;
        private final Listener listener;
        private final Map<WeightTensor, LayerStatistics> statistics = new HashMap<>();
        private final Map<WeightTensor, Integer> seen = new HashMap<>();

        Pass(ForkJoinPool pool, Progress.Task task, Listener listener) {
            this.pool = pool;
            this.task = task;
            this.listener = listener;
        }

        @Override
        public void progress(int done, int total) {
            task.at(done);
        }

        @Override
        public @Nullable List<OnnxTensor> visit(NetworkWalk.Layer layer) {
            WeightTensor tensor = layer.tensor();
            int before = seen.merge(tensor, 1, Integer::sum) - 1;
            LayerStatistics.of(layer, pool, threads)
                    .ifPresent(here -> statistics.merge(tensor, here, (all, one) -> all.averagedWith(one, before)));
            if (before + 1 == tensor.uses().size()) {
                listener.seen(tensor, statistics.remove(tensor));
            }
            return null;
        }
    }
}
