package dev.signet.quantize.allocate;

import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.Compute;
import dev.signet.core.compute.Phases;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.correct.NetworkQuantizer;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.solve.LayerSolver;
import dev.signet.quantize.statistics.LayerStatistics;
import dev.signet.quantize.statistics.OriginalStatistics;
import dev.signet.quantize.statistics.OutputLoss;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Measures what each number of bits would do to a network: for every tensor and 1..8 bits an estimate of the noise in the
 * network's output, relative to the output's energy, if only this tensor were quantized.
 *
 * <p>One walk through the original network solves every layer with each number of bits and measures the part of its output that
 * is lost ({@link OutputLoss}); all see the original's inputs, so that layers can be compared. Then each layer is quantized
 * alone, with {@link #PROBE_BITS}, and the network run to its end: what comes out of the loss there holds for the other numbers of
 * bits too, noise being small.
 */
public final class DamageWalk {
    /** Enough for losses, which differ by a factor of 3 to 4 from bit to bit. */
    private static final int SAMPLES = 256;

    private static final int PROBE_SAMPLES = 64;

    /** Small enough for a linear network, large enough to be no rounding. */
    private static final int PROBE_BITS = 3;

    private final OnnxModel model;
    private final List<WeightTensor> tensors;
    private final IntFunction<LayerSolver> solvers;
    private final boolean correct;
    private final Compute compute;

    /**
     * @param tensors what may be quantized
     * @param solvers for each number of bits the solver that will be used
     * @param correct whether mean and deviation of output channels will be matched
     */
    public DamageWalk(
            OnnxModel model,
            List<WeightTensor> tensors,
            IntFunction<LayerSolver> solvers,
            boolean correct,
            Compute compute) {
        this.model = model;
        this.tensors = tensors;
        this.solvers = solvers;
        this.correct = correct;
        this.compute = compute;
    }

    /**
     * The damage of each tensor at 1..8 bits (in this order), in the tensors' order.
     *
     * @param samples not closed
     */
    public Map<WeightTensor, double[]> measure(CalibrationSamples samples, Progress progress) {
        int nodes = model.proto().getGraph().getNodeCount();
        Map<WeightTensor, double[]> losses = new HashMap<>();
        try (Progress.Task task = progress.start("damage per bit", nodes)) {
            new OriginalStatistics(model, tensors, compute)
                    .collect(
                            samples.copy(SAMPLES),
                            task,
                            (tensor, statistics) -> losses.put(tensor, losses(tensor, statistics)));
        }
        Map<WeightTensor, double[]> damage = new LinkedHashMap<>();
        try (Progress.Task task = progress.start("sensitivity", tensors.size())) {
            for (WeightTensor tensor : tensors) {
                double[] loss = losses.get(tensor);
                damage.put(tensor, loss == null ? new double[MultiBitWeight.MAX_BITS] : scaled(tensor, loss, samples));
                task.at(damage.size());
            }
        }
        return damage;
    }

    /** The relative errors of weights, for a network that can not be looked into. */
    public Map<WeightTensor, double[]> ofWeights() {
        Map<WeightTensor, double[]> damage = new LinkedHashMap<>();
        tensors.forEach(tensor -> damage.put(tensor, losses(tensor, null)));
        return damage;
    }

    private double[] scaled(WeightTensor tensor, double[] loss, CalibrationSamples samples) {
        double[] damage = loss.clone();
        double local = loss[PROBE_BITS - 1];
        if (!(local > 0)) {
            return damage;
        }
        var alone = new NetworkQuantizer(model, List.of(tensor), solvers.apply(PROBE_BITS), correct, compute);
        Double snr = alone.quantize(samples.copy(PROBE_SAMPLES), Progress.NONE, new Phases())
                .networkSnr();
        if (snr == null) {
            return damage;
        }
        double factor = Math.pow(10, -snr / 10) / local;
        for (int b = 0; b < damage.length; b++) {
            damage[b] *= factor;
        }
        return damage;
    }

    private double[] losses(WeightTensor tensor, @Nullable LayerStatistics statistics) {
        WeightMatrix matrix = tensor.matrix();
        var loss = new OutputLoss(matrix, statistics, correct);
        double[] losses = new double[MultiBitWeight.MAX_BITS];
        for (int bits = 1; bits <= losses.length; bits++) {
            LayerSolver solver = solvers.apply(bits);
            MultiBitWeight weight = solver.solve(tensor, solver.wantsStatistics() ? statistics : null, compute);
            losses[bits - 1] = loss.of(weight.dequantize(), compute);
        }
        return losses;
    }
}
