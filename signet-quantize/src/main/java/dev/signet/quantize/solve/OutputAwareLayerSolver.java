package dev.signet.quantize.solve;

import dev.signet.core.Grouping;
import dev.signet.core.HeatMap;
import dev.signet.core.LineQuantizer;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.Compute;
import dev.signet.core.heatmap.EvenSolver;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.core.outputaware.GramMatrix;
import dev.signet.core.outputaware.LineSolver;
import dev.signet.core.outputaware.OutputAwareSolver;
import dev.signet.core.outputaware.SharedLevelsSolver;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.statistics.AnalyticPrior;
import dev.signet.quantize.statistics.LayerStatistics;
import dev.signet.quantize.statistics.TargetWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** Solves each layer for the error of its output, aiming at the original network's. */
public final class OutputAwareLayerSolver implements LayerSolver {
    /** Directions in which the samples hardly vary are not free: images vary there. */
    private static final double RIDGE = 0.05;

    /** As the ridge, for the target: it holds the target near the original weights. */
    private static final double TARGET_RIDGE = 0.05;

    private final Grouping grouping;
    private final boolean offset;
    private final boolean even;
    private final double blend;
    private final ToIntFunction<WeightTensor> bits;

    /**
     * @param even whether levels are on a line
     * @param blend how far H is drawn to the part inside each input channel, 0 to 1
     */
    public OutputAwareLayerSolver(
            Grouping grouping, boolean offset, boolean even, double blend, ToIntFunction<WeightTensor> bits) {
        this.grouping = grouping;
        this.offset = offset;
        this.even = even;
        this.blend = blend;
        this.bits = bits;
    }

    private static boolean fits(WeightMatrix matrix, Compute compute) {
        return LayerStatistics.fits(1, matrix.inputs(), matrix.filters(), compute);
    }

    private MultiBitWeight even(WeightMatrix matrix, @Nullable LayerStatistics statistics, int wanted) {
        float[] importance = new float[matrix.size()];
        if (statistics == null) {
            Arrays.fill(importance, 1);
        } else {
            importance = statistics.inputPower(matrix);
        }
        return new EvenSolver(wanted, offset).solve(grouping.layout(matrix), matrix.values(), importance);
    }

    @Override
    public boolean wantsStatistics() {
        return true;
    }

    @Override
    public MultiBitWeight solve(WeightTensor tensor, @Nullable LayerStatistics statistics, Compute compute) {
        WeightMatrix matrix = tensor.matrix();
        int b = bits.applyAsInt(tensor);
        if (statistics == null ? !fits(matrix, compute) : statistics.isDiagonal()) {
            // What a diagonal says is a heat map, and its solvers know levels of each group.
            Grouping groups = grouping instanceof Grouping.Auto ? new Grouping.Filter() : grouping;
            if (isLine(b)) {
                return LineQuantizer.quantize(matrix, b);
            }
            if (even) {
                return even(matrix, statistics, b);
            }
            HeatMap heatMap =
                    statistics == null ? new HeatMap.Uniform() : new HeatMap.Given(statistics.inputPower(matrix));
            return new Quantizer(Method.ALTERNATING, b, groups, offset, heatMap).quantize(matrix, compute.pool());
        }
        if (statistics == null) {
            return best(b, matrix, List.of(AnalyticPrior.gram(matrix)), compute);
        }
        WeightMatrix target = TargetWeights.of(matrix, statistics, TARGET_RIDGE, compute);
        List<GramMatrix> grams = new ArrayList<>();
        for (float[] gram : statistics.gram()) {
            grams.add(new GramMatrix(matrix.inputs(), gram).damped(blend, matrix.kernelSize(), RIDGE));
        }
        return best(b, target, grams, compute);
    }

    private boolean isLine(int b) {
        return grouping instanceof Grouping.Auto && Grouping.Auto.isLine(b);
    }

    /** Of the groupings that come into question the one that loses least for its bytes: a bit more quarters a loss. */
    private MultiBitWeight best(int b, WeightMatrix target, List<GramMatrix> grams, Compute compute) {
        if (isLine(b)) {
            return new LineSolver(b).solve(target, grams, compute.pool()).weight();
        }
        MultiBitWeight best = null;
        double least = Double.POSITIVE_INFINITY;
        for (Grouping groups : grouping.candidates(b, target.inputs())) {
            OutputAwareSolver.Result result = groups instanceof Grouping.Shared
                    ? new SharedLevelsSolver(b, offset).solve(target, grams, compute.pool())
                    : new OutputAwareSolver(groups, b, offset, even).solve(target, grams, compute.pool());
            double bits = (double) result.weight().packedBytes() * Byte.SIZE / target.size();
            double loss = DoubleStream.of(result.losses()).sum() * Math.pow(4, bits);
            if (best == null || loss < least) {
                best = result.weight();
                least = loss;
            }
        }
        return Objects.requireNonNull(best, "there is a candidate");
    }
}
