package dev.signet.quantize.correct;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.compute.Compute;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.statistics.AveragedStatistics;
import dev.signet.quantize.walk.ChannelMoments;
import dev.signet.quantize.walk.Layer;
import dev.signet.quantize.walk.LayerBias;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gives each output channel of a layer the original's deviation (by the coefficients, at a tensor's first use) and mean (by the
 * bias).
 */
final class ChannelCorrection {
    private final BiasFolding folding;
    private final Compute compute;

    ChannelCorrection(BiasFolding folding, Compute compute) {
        this.folding = folding;
        this.compute = compute;
    }

    /** A layer's weight after correction, and the outputs that it gives with its new bias. */
    record Corrected(MultiBitWeight weight, List<OnnxTensor> outputs) {}

    /**
     * Corrects a layer.
     *
     * @param outputs what it gives with {@code weight}; closed where others take their place
     * @param mayScale whether the weight may be changed: not any more where another layer uses it already
     * @param others what further layers that use the tensor see
     */
    Corrected correct(
            Layer layer,
            MultiBitWeight weight,
            List<OnnxTensor> outputs,
            boolean mayScale,
            Optional<AveragedStatistics> others) {
        WeightTensor tensor = layer.tensor();
        int axis = layer.channelAxis();
        if (axis < 0) {
            return new Corrected(weight, outputs);
        }
        ChannelMoments wanted = layer.originalMoments();
        ChannelMoments given = ChannelMoments.of(outputs, axis, compute);
        double[] factors = new double[wanted.mean().length];
        Arrays.fill(factors, 1);
        MultiBitWeight scaled = weight;
        if (mayScale && weight.layout().rows() == factors.length) {
            factors = ChannelScale.factors(tensor, weight, wanted, given, others);
            scaled = weight.scaleRows(factors);
        }
        LayerBias bias = layer.bias();
        float[] shift = shift(wanted, given, factors, bias.ofChannels());
        boolean shifted = folding.fold(layer, shift);
        // Scaled as its filters were, the output is what they would give if they were run again; but what is added
        // to it without being known does not grow with them.
        double[] scale = bias.isKnown() ? ChannelScale.growth(weight, scaled, factors.length) : ones(factors.length);
        double[] added = new double[scale.length];
        for (int c = 0; c < added.length; c++) {
            added[c] = bias.ofChannels()[c] * (1 - scale[c]) + (shifted ? shift[c] : 0);
        }
        Supplier<TensorProto> values = dequantized(tensor, scaled);
        List<OnnxTensor> unshifted = bias.isKnown() ? outputs : layer.runWith(values);
        List<OnnxTensor> corrected = layer.adjusted(unshifted, values, scale, added);
        outputs.forEach(OnnxTensor::close);
        if (!bias.isKnown()) {
            unshifted.forEach(OnnxTensor::close);
        }
        return new Corrected(scaled, corrected);
    }

    /** What brings each channel's mean to where it was; the factor does not reach the bias. */
    private static float[] shift(ChannelMoments wanted, ChannelMoments given, double[] factors, float[] bias) {
        float[] shift = new float[factors.length];
        for (int c = 0; c < shift.length; c++) {
            double scaled = factors[c] * (given.mean()[c] - bias[c]) + bias[c];
            float difference = (float) (wanted.mean()[c] - scaled);
            shift[c] = Float.isFinite(difference) ? difference : 0;
        }
        return shift;
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Makes the tensor that a weight stands for. */
    static Supplier<TensorProto> dequantized(WeightTensor tensor, MultiBitWeight weight) {
        return () -> Tensors.floats(
                tensor.name(), tensor.elementType(), tensor.shape(), tensor.toTensorOrder(weight.dequantize()));
    }
}
