package dev.signet.quantize.allocate;

import dev.signet.core.Grouping;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.Compute;
import dev.signet.core.compute.Progress;
import dev.signet.core.heatmap.EvenSolver;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.sample.Calibration;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.solve.LayerSolver;
import dev.signet.quantize.statistics.OriginalStatistics;
import dev.signet.quantize.statistics.OutputLoss;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each weight brings to a network's worst output if it is quantized: each is solved with what the
 * original network shows of its layer, and the network run with it to its end; where that takes too long, what it brings to its
 * own layer's output stands for that.
 */
public final class NoiseProbe {
    private static final int MOST_SAMPLES = 64;

    /** One in so many of the samples is enough for a weight that serves as a probe. */
    private static final int PART = 4;

    /** Runs of the network for each weight: there must be two to tell what varies. */
    private static final int LEAST_RUNS = 2;

    private static final int MOST_RUNS = 3;

    /** Frames of a network with states, which are small. */
    private static final int MOST_FRAMES = 64;

    /** Of more weights the bits are dealt out well enough by 6 dB a bit. */
    private static final int MOST_MEASURED_TWICE = 60;

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

    /** @param solver gives weights of {@link NoiseCurve#FEW} bits */
    public NoiseProbe(OnnxModel model, List<WeightTensor> tensors, LayerSolver solver, Compute compute) {
        this.model = model;
        this.tensors = tensors;
        this.solver = solver;
        this.compute = compute;
    }

    /** The noise of each tensor. */
    public Map<WeightTensor, NoiseCurve> measure(Calibration.Seen seen, Progress progress) {
        boolean local = (long) LEAST_RUNS * tensors.size() > seen.runs();
        Map<WeightTensor, float[]> probes = new HashMap<>();
        Map<WeightTensor, NoiseCurve> noises = new HashMap<>();
        int count = Math.min(MOST_SAMPLES, Math.ceilDiv(seen.samples().count(), PART));
        try (Progress.Task task =
                progress.start("damage per layer", model.proto().getGraph().getNodeCount())) {
            new OriginalStatistics(model, tensors, compute)
                    .collect(seen.samples().copy(count), task, (tensor, statistics) -> {
                        float[] probe =
                                solver.solve(tensor, statistics, compute).dequantize();
                        if (local) {
                            double loss = new OutputLoss(tensor.matrix(), statistics, true).of(probe, compute);
                            noises.put(tensor, NoiseCurve.of(loss));
                        } else {
                            probes.put(tensor, tensor.toTensorOrder(probe));
                        }
                    });
        }
        if (!local) {
            atTheEnd(probes, seen, progress, noises);
        }
        return of(noises, noises.isEmpty() ? NoiseCurve.of(UNKNOWN) : NoiseCurve.UNHEARD);
    }

    private void atTheEnd(
            Map<WeightTensor, float[]> probes,
            Calibration.Seen seen,
            Progress progress,
            Map<WeightTensor, NoiseCurve> noises) {
        CalibrationSamples heldOut = seen.heldOut();
        int most = heldOut.states().isEmpty() ? MOST_RUNS : MOST_FRAMES;
        int runs = Math.clamp(ALL_RUNS / tensors.size(), LEAST_RUNS, most);
        boolean twice = 2L * runs * tensors.size() <= seen.runs() && tensors.size() <= MOST_MEASURED_TWICE;
        try (Progress.Task task = progress.start("sensitivity", tensors.size());
                Sensitivity sensitivity = Sensitivity.open(model, tensors, heldOut.copy(runs), compute.threads())) {
            int done = 0;
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
                        .ifPresent(noise -> noises.put(
                                tensor,
                                twice
                                        ? new NoiseCurve(
                                                TOGETHER * noise,
                                                TOGETHER
                                                        * sensitivity
                                                                .noise(tensor, fine(tensor))
                                                                .orElse(noise))
                                        : NoiseCurve.of(TOGETHER * noise)));
                task.at(++done);
            }
        } catch (InputException e) {
            // Weights that the runtime wants to be constant: all are taken for alike.
            noises.clear();
        }
    }

    /** A tensor with the most bits, levels on a line: what they would be is found in no time, and is nearly as good. */
    private static float[] fine(WeightTensor tensor) {
        WeightMatrix matrix = tensor.matrix();
        float[] even = new float[matrix.size()];
        Arrays.fill(even, 1);
        return tensor.toTensorOrder(new EvenSolver(NoiseCurve.MANY, true)
                .solve(new Grouping.Filter().layout(matrix), matrix.values(), even)
                .dequantize());
    }

    /** The same for all, in a network that can not be looked into. */
    public Map<WeightTensor, NoiseCurve> unknown() {
        return of(Map.of(), NoiseCurve.of(UNKNOWN));
    }

    private Map<WeightTensor, NoiseCurve> of(Map<WeightTensor, NoiseCurve> noises, NoiseCurve otherwise) {
        Map<WeightTensor, NoiseCurve> all = new LinkedHashMap<>();
        tensors.forEach(tensor -> all.put(tensor, noises.getOrDefault(tensor, otherwise)));
        return all;
    }
}
