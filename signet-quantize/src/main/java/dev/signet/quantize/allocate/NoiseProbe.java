package dev.signet.quantize.allocate;

import dev.signet.core.compute.Compute;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.sample.Calibration;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.solve.LayerSolver;
import dev.signet.quantize.statistics.OriginalStatistics;
import dev.signet.quantize.statistics.OutputLoss;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What each weight brings to a network's worst output if it is quantized, with {@link #BITS}: each is solved with what the
 * original network shows of its layer, and the network run with it to its end; where that takes too long, what it brings to its
 * own layer's output stands for that.
 */
public final class NoiseProbe {
    /** Small enough for a linear network, large enough to be no rounding. */
    public static final int BITS = 3;

    private static final int MOST_SAMPLES = 64;

    /** One in so many of the samples is enough for a weight that serves as a probe. */
    private static final int PART = 4;

    /** Runs of the network for each weight: there must be two to tell what varies. */
    private static final int LEAST_RUNS = 2;

    private static final int MOST_RUNS = 3;

    /** More weights are run less often. */
    private static final int ALL_RUNS = 150;

    /** What a weight brings to the outputs where that can not be measured: the same for all. */
    private static final double UNKNOWN = 0.01;

    /** Layers that are solved one after the other make up for each other: together they bring so much of what each brings alone. */
    private static final double TOGETHER = 0.35;

    /** Less is none: the weight was not used. */
    private static final double LEAST = 1e-12;

    private final OnnxModel model;
    private final List<WeightTensor> tensors;
    private final LayerSolver solver;
    private final Compute compute;

    /** @param solver gives weights of {@link #BITS} */
    public NoiseProbe(OnnxModel model, List<WeightTensor> tensors, LayerSolver solver, Compute compute) {
        this.model = model;
        this.tensors = tensors;
        this.solver = solver;
        this.compute = compute;
    }

    /** The noise of each tensor, relative to the output's variance. */
    public Map<WeightTensor, Double> measure(Calibration.Seen seen, Progress progress) {
        boolean local = (long) LEAST_RUNS * tensors.size() > seen.runs();
        Map<WeightTensor, float[]> probes = new HashMap<>();
        Map<WeightTensor, Double> noises = new HashMap<>();
        int count = Math.min(MOST_SAMPLES, Math.ceilDiv(seen.samples().count(), PART));
        try (Progress.Task task =
                progress.start("damage per layer", model.proto().getGraph().getNodeCount())) {
            new OriginalStatistics(model, tensors, compute)
                    .collect(seen.samples().copy(count), task, (tensor, statistics) -> {
                        float[] probe =
                                solver.solve(tensor, statistics, compute).dequantize();
                        if (local) {
                            noises.put(tensor, new OutputLoss(tensor.matrix(), statistics, true).of(probe, compute));
                        } else {
                            probes.put(tensor, tensor.toTensorOrder(probe));
                        }
                    });
        }
        if (!local) {
            atTheEnd(probes, seen.heldOut(), progress, noises);
        }
        double usual = noises.values().stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .skip(noises.size() / 2)
                .findFirst()
                .orElse(UNKNOWN);
        return of(tensor -> noises.getOrDefault(tensor, usual));
    }

    private void atTheEnd(
            Map<WeightTensor, float[]> probes,
            CalibrationSamples heldOut,
            Progress progress,
            Map<WeightTensor, Double> noises) {
        int runs = Math.clamp(ALL_RUNS / tensors.size(), LEAST_RUNS, MOST_RUNS);
        try (Progress.Task task = progress.start("sensitivity", tensors.size());
                Sensitivity sensitivity = Sensitivity.open(model, tensors, heldOut.copy(runs), compute.threads())) {
            for (WeightTensor tensor : tensors) {
                // Weights in bodies have no statistics of their own.
                float[] probe = probes.computeIfAbsent(
                        tensor,
                        unseen -> unseen.toTensorOrder(
                                solver.solve(unseen, null, compute).dequantize()));
                sensitivity
                        .noise(tensor, probe)
                        // A branch that was not taken, a channel that was silent: that nothing was heard of is no
                        // proof.
                        .filter(noise -> noise > LEAST)
                        .ifPresent(noise -> noises.put(tensor, TOGETHER * noise));
                task.at(noises.size());
            }
        } catch (InputException e) {
            // Weights that the runtime wants to be constant: all are taken for alike.
            noises.clear();
        }
    }

    /** The same for all, in a network that can not be looked into. */
    public Map<WeightTensor, Double> unknown() {
        return of(tensor -> UNKNOWN);
    }

    private Map<WeightTensor, Double> of(ToDoubleFunction<WeightTensor> noise) {
        Map<WeightTensor, Double> all = new LinkedHashMap<>();
        tensors.forEach(tensor -> all.put(tensor, noise.applyAsDouble(tensor)));
        return all;
    }
}
