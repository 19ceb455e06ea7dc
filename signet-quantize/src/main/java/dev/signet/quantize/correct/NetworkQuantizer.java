package dev.signet.quantize.correct;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.compute.Compute;
import dev.signet.core.compute.Phases;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.solve.LayerSolver;
import dev.signet.quantize.statistics.AveragedStatistics;
import dev.signet.quantize.statistics.LayerStatistics;
import dev.signet.quantize.statistics.OriginalStatistics;
import dev.signet.quantize.statistics.RowStatistics;
import dev.signet.quantize.walk.HiddenUse;
import dev.signet.quantize.walk.Layer;
import dev.signet.quantize.walk.NetworkWalk;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Quantizes a network's layers in the order of the network: each sees the inputs that the already quantized layers before it
 * give, aims at the original network's outputs, and leaves with the original's mean and standard deviation in every output
 * channel.
 */
public final class NetworkQuantizer {
    private final OnnxModel model;
    private final List<WeightTensor> tensors;
    private final LayerSolver solver;
    private final boolean correct;
    private final Compute compute;

    /**
     * @param tensors the weights to quantize
     * @param solver finds the multi-bit weights of each
     * @param correct whether mean and deviation of output channels are matched
     */
    public NetworkQuantizer(
            OnnxModel model, List<WeightTensor> tensors, LayerSolver solver, boolean correct, Compute compute) {
        this.model = model;
        this.tensors = tensors;
        this.solver = solver;
        this.correct = correct;
        this.compute = compute;
    }

    /**
     * Walks through the network once.
     *
     * @param samples closed when done
     * @param phases hears what takes how long
     */
    public CalibratedNetwork quantize(CalibrationSamples samples, Progress progress, Phases phases) {
        try (Progress.Task task =
                progress.start("quantizing", model.proto().getGraph().getNodeCount())) {
            Map<WeightTensor, AveragedStatistics> later = solver.wantsStatistics() || correct
                    ? phases.in(
                            "shared weights",
                            () -> new OriginalStatistics(model, tensors, compute).ofLaterUses(samples))
                    : Map.of();
            var pass = new Pass(task, later, phases);
            return phases.in("forward runs", () -> {
                new NetworkWalk(model, tensors, samples.batchStatistics(), compute).run(samples.chunks(), pass);
                return new CalibratedNetwork(pass.weights, pass.folding.edits(), pass.snr, pass.networkSnr);
            });
        }
    }

    private final class Pass implements NetworkWalk.Visitor {
        private final Progress.Task task;
        private final Map<WeightTensor, AveragedStatistics> later;
        private final Phases phases;
        private final BiasFolding folding = new BiasFolding(model);
        private final ChannelCorrection correction = new ChannelCorrection(folding, compute);
        private final Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        private final Map<WeightTensor, Double> snr = new LinkedHashMap<>();
        private @Nullable Double networkSnr;

        Pass(Progress.Task task, Map<WeightTensor, AveragedStatistics> later, Phases phases) {
            this.task = task;
            this.later = later;
            this.phases = phases;
        }

        @Override
        public void progress(int done, int total) {
            task.at(done);
        }

        @Override
        public void output(String name, List<OnnxTensor> original, List<OnnxTensor> quantized) {
            double here = Decibels.ofTensors(original, quantized, compute);
            networkSnr = networkSnr == null ? here : Math.min(networkSnr, here);
        }

        @Override
        public List<OnnxTensor> visit(Layer layer) {
            WeightTensor tensor = layer.tensor();
            boolean first = !weights.containsKey(tensor);
            if (first) {
                weights.put(tensor, solve(layer));
            }
            MultiBitWeight weight = Objects.requireNonNull(weights.get(tensor));
            List<OnnxTensor> outputs = layer.runWith(ChannelCorrection.dequantized(tensor, weight));
            if (correct) {
                var corrected = correction.correct(layer, weight, outputs, first, later(tensor));
                weights.put(tensor, corrected.weight());
                outputs = corrected.outputs();
            }
            double here = Decibels.ofTensors(layer.originalOutputs(), outputs, compute);
            snr.merge(tensor, here, Math::min);
            return outputs;
        }

        @Override
        public Supplier<TensorProto> visit(HiddenUse use) {
            WeightTensor tensor = use.tensor();
            if (!weights.containsKey(tensor)) {
                Optional<LayerStatistics> statistics =
                        solver.wantsStatistics() ? RowStatistics.of(use) : Optional.empty();
                weights.put(tensor, phases.in("solver", () -> solver.solve(tensor, statistics.orElse(null), compute)));
            }
            return ChannelCorrection.dequantized(tensor, Objects.requireNonNull(weights.get(tensor)));
        }

        private MultiBitWeight solve(Layer layer) {
            WeightTensor tensor = layer.tensor();
            Optional<LayerStatistics> statistics = solver.wantsStatistics()
                    ? phases.in(
                            "statistics",
                            () -> LayerStatistics.of(layer, compute)
                                    .map(here -> AveragedStatistics.of(here, later(tensor))))
                    : Optional.empty();
            return phases.in("solver", () -> solver.solve(tensor, statistics.orElse(null), compute));
        }

        private Optional<AveragedStatistics> later(WeightTensor tensor) {
            return Optional.ofNullable(later.get(tensor));
        }
    }
}
