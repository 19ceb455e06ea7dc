package dev.signet.quantize.attention;

import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.Compute;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.core.outputaware.GramMatrix;
import dev.signet.quantize.statistics.LayerStatistics;
import dev.signet.quantize.statistics.TargetWeights;
import java.util.stream.IntStream;

/**
 * A layer whose heat map is wanted.
 *
 * @param quantizer the solver that the heat map is for
 * @param weights what is quantized
 * @param target the weights that come nearest to the original network's outputs from the inputs that the layer gets
 * @param forms for each channel group C, [d x d]: the error of a filter's output is (t - q)^T C (t - q)
 * @param power for each channel group the mean square of each input, [d]
 * @param mean for each channel group the mean of each input, [d]
 * @param matched whether mean and deviation of the output are matched afterwards: only what varies counts then
 */
public record AttentionLayer(
        Quantizer quantizer,
        WeightMatrix weights,
        WeightMatrix target,
        float[][] forms,
        float[][] power,
        float[][] mean,
        boolean matched) {
    /** As for the output-aware solver, which tells why. */
    private static final double RIDGE = 0.05;

    /** Multiplications that one look at the codes may cost. */
    private static final long WORK = 1L << 28;

    /** Tokens that are read in one step. */
    private static final long TOKENS = 1L << 13;

    /** Elements of all B^T C B. */
    private static final long SQUARES = 1L << 24;

    private static final long FEW = 8;

    /**
     * A layer with what is known of its inputs.
     *
     * @param statistics behind the already quantized prefix, or in the original network
     * @param blend how far second moments are drawn to the part inside each input channel, 0 to 1
     * @param matched whether mean and deviation of the output are matched afterwards
     * @param compute finds the target
     */
    public static AttentionLayer of(
            Quantizer quantizer,
            WeightMatrix weights,
            LayerStatistics statistics,
            double blend,
            boolean matched,
            Compute compute) {
        int d = weights.inputs();
        int groups = statistics.gram().length;
        float[][] power = new float[groups][d];
        if (statistics.isDiagonal()) {
            float[][] none = new float[groups][0];
            return new AttentionLayer(quantizer, weights, weights, none, statistics.gram(), statistics.mean(), matched);
        }
        float[][] forms = new float[groups][];
        for (int g = 0; g < groups; g++) {
            float[] gram = statistics.gram()[g];
            float[] mean = statistics.mean()[g];
            float[] form = gram.clone();
            for (int i = 0; i < d; i++) {
                power[g][i] = Math.max(0, gram[i * d + i]);
                for (int j = 0; matched && j < d; j++) {
                    form[i * d + j] -= mean[i] * mean[j];
                }
                form[i * d + i] = Math.max(0, form[i * d + i]);
            }
            forms[g] = new GramMatrix(d, form)
                    .damped(blend, weights.kernelSize(), RIDGE)
                    .values();
        }
        WeightMatrix target = TargetWeights.of(weights, statistics, RIDGE, compute);
        return new AttentionLayer(quantizer, weights, target, forms, power, statistics.mean(), matched);
    }

    /** How many numbers C takes. */
    public long formSize() {
        return (long) forms.length * weights.inputs() * weights.inputs();
    }

    /** The same without C, which takes much room: a layer that a module can read but not be trained on. */
    public AttentionLayer withoutForms() {
        return new AttentionLayer(quantizer, weights, target, new float[forms.length][0], power, mean, matched);
    }

    private int group(int filter) {
        return filter / (weights.filters() / forms.length);
    }

    /** What the module reads of a filter. */
    KernelTokens tokens(int filter) {
        int d = weights.inputs();
        int g = group(filter);
        return KernelTokens.of(weights.values(), filter * d, d, weights.kernelSize(), power[g], mean[g]);
    }

    /** The filters that the module is trained on: all, or every n-th of a large layer; none where even one would be too much, or C is not
     * there. */
    int[] sample() {
        long d = weights.inputs();
        var layout = quantizer.grouping().layout(weights);
        long columns = (long) quantizer.bits() + (quantizer.offset() ? 1 : 0);
        long ofFilter = columns * layout.groupsPerRow();
        long affordable = Math.max(FEW, Math.min(WORK / (d * d * columns), TOKENS * weights.kernelSize() / d));
        long most = forms[0].length == 0 ? 0 : Math.min(affordable, SQUARES / (ofFilter * ofFilter));
        if (most == 0) {
            return new int[0];
        }
        int every = Math.toIntExact(Math.ceilDiv(weights.filters(), most));
        return IntStream.range(0, weights.filters()).filter(f -> f % every == 0).toArray();
    }

    /** The objective of some filters. */
    LayerObjective objective(int[] filters) {
        int d = weights.inputs();
        float[] some = new float[filters.length * d];
        float[] theirTarget = new float[some.length];
        float[][] theirForms = new float[filters.length][];
        for (int i = 0; i < filters.length; i++) {
            System.arraycopy(weights.values(), filters[i] * d, some, i * d, d);
            System.arraycopy(target.values(), filters[i] * d, theirTarget, i * d, d);
            theirForms[i] = forms[group(filters[i])];
        }
        var matrix = new WeightMatrix(filters.length, d, weights.kernelSize(), some);
        return new LayerObjective(quantizer, matrix, theirTarget, theirForms, matched);
    }
}
