package dev.signet.quantize.correct;

import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.statistics.AveragedStatistics;
import dev.signet.quantize.statistics.OutputLoss;
import dev.signet.quantize.walk.ChannelMoments;
import java.util.Arrays;
import java.util.Optional;

/** How much each filter must grow for its output to vary as the original's does. */
final class ChannelScale {
    // The fit shrinks a filter by a few per cent, at 1 bit by up to a half; more is noise in a dead channel.
    private static final double LARGEST = 2;

    private ChannelScale() {}

    /**
     * Factors for the rows of a tensor.
     *
     * @param wanted moments of the first layer's output in the original network
     * @param given moments of that layer's output with {@code weight}
     * @param others what further layers that use the tensor see: their outputs' variances count as much
     */
    static double[] factors(
            WeightTensor tensor,
            MultiBitWeight weight,
            ChannelMoments wanted,
            ChannelMoments given,
            Optional<AveragedStatistics> others) {
        if (others.isEmpty()) {
            return factors(wanted.deviation(), given.deviation());
        }
        int count = others.get().count();
        var variances = new OutputLoss(tensor.matrix(), others.get().statistics(), true);
        float[] values = weight.dequantize();
        double[] all = new double[wanted.mean().length];
        double[] reached = new double[all.length];
        for (int c = 0; c < all.length; c++) {
            double[] moments = variances.moments(c, values);
            all[c] = Math.sqrt(wanted.deviation()[c] * wanted.deviation()[c] + count * moments[0]);
            reached[c] = Math.sqrt(given.deviation()[c] * given.deviation()[c] + count * moments[2]);
        }
        return factors(all, reached);
    }

    /** {@code wanted / given}, as far as that makes sense; 1 where it does not. */
    static double[] factors(double[] wanted, double[] given) {
        double[] factors = new double[wanted.length];
        Arrays.fill(factors, 1);
        for (int c = 0; c < factors.length; c++) {
            double ratio = wanted[c] / given[c];
            if (ratio > 0 && ratio < Double.POSITIVE_INFINITY) {
                factors[c] = Math.clamp(ratio, 1 / LARGEST, LARGEST);
            }
        }
        return factors;
    }

    /** What rounding has left of the factors that a tensor's rows were scaled with; ones where they were not. */
    static double[] growth(MultiBitWeight before, MultiBitWeight after, int channels) {
        double[] growth = new double[channels];
        Arrays.fill(growth, 1);
        GroupLayout layout = before.layout();
        if (layout.rows() != channels) {
            return growth;
        }
        // Row by row: a large layer's weights would not fit into memory twice.
        float[] q = new float[layout.rowLength()];
        float[] scaled = new float[layout.rowLength()];
        for (int c = 0; c < channels; c++) {
            double squares = 0;
            double products = 0;
            for (int g = c * layout.groupsPerRow(); g < (c + 1) * layout.groupsPerRow(); g++) {
                int at = layout.start(g) - layout.start(c * layout.groupsPerRow());
                before.dequantize(g, q, at);
                after.dequantize(g, scaled, at);
            }
            for (int i = 0; i < q.length; i++) {
                squares += (double) q[i] * q[i];
                products += (double) q[i] * scaled[i];
            }
            growth[c] = squares > 0 ? products / squares : 1;
        }
        return growth;
    }
}
