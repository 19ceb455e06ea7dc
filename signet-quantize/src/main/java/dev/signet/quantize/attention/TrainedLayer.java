package dev.signet.quantize.attention;

import dev.signet.core.compute.Compute;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One layer in training: its filters, the codes that they have for the time being, and for each row of weights the heat map that
 * served it best so far.
 */
final class TrainedLayer {
    private final LayerObjective objective;
    private final KernelTokens[] tokens;
    private final boolean ownRows;
    private final Compute compute;
    private final AttentionModule.Pass[] passes;
    private final double[] importance;
    private final double[] best;
    private final double[] least;
    private CodedLayer coded;

    /** @param ownRows whether each filter has a row of its own in the module */
    TrainedLayer(LayerObjective objective, KernelTokens[] tokens, boolean ownRows, Compute compute) {
        this.objective = objective;
        this.tokens = tokens;
        this.ownRows = ownRows;
        this.compute = compute;
        passes = new AttentionModule.Pass[tokens.length];
        importance = new double[objective.weights().size()];
        Arrays.fill(importance, 1);
        best = importance.clone();
        coded = objective.coded(importance, compute);
        least = IntStream.range(0, coded.rows()).mapToDouble(coded::error).toArray();
    }

    /** The module says how much each weight matters. */
    void forward(AttentionModule module) {
        int d = objective.weights().inputs();
        compute.run(tokens.length, f -> {
            passes[f] = module.forward(tokens[f], ownRows ? f : -1);
            System.arraycopy(passes[f].importance(), 0, importance, f * d, d);
        });
    }

    /**
     * Solves with the heat map of the last {@link #forward}; rows that it serves better than any before keep it.
     *
     * @return the mean error of the filters' outputs
     */
    double refresh() {
        coded = objective.coded(importance, compute);
        int length = importance.length / coded.rows();
        double sum = 0;
        for (int row = 0; row < coded.rows(); row++) {
            double error = coded.error(row);
            sum += error;
            if (error < least[row]) {
                least[row] = error;
                System.arraycopy(importance, row * length, best, row * length, length);
            }
        }
        return sum / tokens.length;
    }

    /** Adds the derivative of the mean error by the module's parameters, at the last {@link #forward}, the codes being fixed. */
    void addGradient(AttentionModule module, double[] gradient) {
        int d = objective.weights().inputs();
        double[] byImportance = new double[importance.length];
        compute.run(coded.rows(), row -> coded.error(row, importance, byImportance));
        double[][] ofFilters = new double[passes.length][];
        compute.run(passes.length, f -> {
            double[] ofFilter = new double[gradient.length];
            module.backward(passes[f], Arrays.copyOfRange(byImportance, f * d, (f + 1) * d), ofFilter);
            ofFilters[f] = ofFilter;
        });
        // In the order of the filters, whatever the threads.
        for (double[] ofFilter : ofFilters) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += ofFilter[i] / passes.length;
            }
        }
    }

    /** The heat map of the filters in training, for each row the best so far. */
    double[] best() {
        return best;
    }

    /** The mean error of the filters' outputs with {@link #best}. */
    double error() {
        return Arrays.stream(least).sum() / tokens.length;
    }
}
