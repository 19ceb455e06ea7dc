package dev.signet.quantize.attention;

import dev.signet.core.GroupLayout;
import dev.signet.core.HeatMap;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.Compute;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.core.vector.SolverKernels;
import dev.signet.core.vector.Vectorization;
import java.util.Arrays;

/**
 * Some filters of a layer as the training sees them: what the solver makes of a heat map, and what that does to the layer's
 * output.
 */
final class LayerObjective {
    private final Quantizer quantizer;
    private final WeightMatrix weights;
    private final float[][] forms;
    private final boolean matched;
    private final float[][] wanted;
    private final double[] energy;

    /**
     * @param quantizer the solver whose heat map is looked for
     * @param weights the weights that are quantized
     * @param target the weights that give the wanted output, in the same order
     * @param forms for each filter the second moments (or the covariance) C of its inputs, [d x d]; filters may share one
     * @param matched whether the deviation of the output is matched afterwards
     */
    LayerObjective(Quantizer quantizer, WeightMatrix weights, float[] target, float[][] forms, boolean matched) {
        this.quantizer = quantizer;
        this.weights = weights;
        this.forms = forms;
        this.matched = matched;
        SolverKernels kernels = Vectorization.kernels();
        int d = weights.inputs();
        wanted = new float[weights.filters()][d];
        energy = new double[weights.filters()];
        for (int f = 0; f < wanted.length; f++) {
            for (int i = 0; i < d; i++) {
                kernels.addScaled(target[f * d + i], forms[f], i * d, wanted[f], 0, d);
            }
            energy[f] = kernels.dot(wanted[f], 0, target, f * d, d);
        }
    }

    WeightMatrix weights() {
        return weights;
    }

    /** What the solver gives for a heat map. */
    CodedLayer coded(double[] importance, Compute compute) {
        float[] u = new float[importance.length];
        for (int j = 0; j < u.length; j++) {
            u[j] = (float) importance[j];
        }
        MultiBitWeight weight = quantizer.heatMap(new HeatMap.Given(u)).quantize(weights, compute.pool());
        byte[] codes = codes(weight);
        OutputError[] errors = new OutputError[weights.filters()];
        compute.run(errors.length, f -> errors[f] = error(f, weight, codes));
        return new CodedLayer(weights, weight, codes, errors);
    }

    private static byte[] codes(MultiBitWeight weight) {
        GroupLayout layout = weight.layout();
        byte[] codes = new byte[layout.weights()];
        for (int g = 0; g < layout.groups(); g++) {
            for (int i = 0; i < weight.bits(); i++) {
                for (int j = 0; j < layout.length(g); j++) {
                    codes[layout.start(g) + j] |= (byte) (weight.sign(g, i, j) ? 1 << i : 0);
                }
            }
        }
        return codes;
    }

    private OutputError error(int filter, MultiBitWeight weight, byte[] codes) {
        SolverKernels kernels = Vectorization.kernels();
        int d = weights.inputs();
        int start = filter * d;
        var columns = CodeColumns.of(weight, filter, d);
        int n = columns.count();
        double[] linear = new double[n];
        double[] square = new double[n * n];
        float[] sum = new float[d];
        for (int column = 0; column < n; column++) {
            Arrays.fill(sum, 0);
            for (int j = columns.from(column); j < columns.to(column); j++) {
                int sign = columns.sign(column, codes[j]);
                kernels.addScaled(sign, forms[filter], (j - start) * d, sum, 0, d);
                linear[column] += sign * (double) wanted[filter][j - start];
            }
            for (int other = 0; other < n; other++) {
                double product = 0;
                for (int j = columns.from(other); j < columns.to(other); j++) {
                    product += columns.sign(other, codes[j]) * (double) sum[j - start];
                }
                square[column * n + other] = product;
            }
        }
        return new OutputError(energy[filter], linear, square, matched);
    }
}
