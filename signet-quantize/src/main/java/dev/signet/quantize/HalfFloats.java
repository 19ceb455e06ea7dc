package dev.signet.quantize;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.HalfConstants;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which of the constants that stay float are rounded to fp16.
 *
 * @param rounded whether a constant may be
 */
record HalfFloats(Predicate<TensorProto> rounded) {
    /** None. */
    static final HalfFloats NONE = new HalfFloats(tensor -> false);

    /** What rounding alone must keep where nobody said how good the network shall be: a hundredth of a good one's noise. */
    private static final double DECIBELS = 40;

    /** Above what is asked for: a thirtieth of that noise. */
    private static final double MARGIN = 15;

    /** What a bit is worth at the most. */
    private static final double DECIBELS_OF_A_BIT = 6;

    /** From most to fewest: all, or vectors only, as biases are. What the user excludes stays, and quantized weights are no floats. */
    static List<HalfFloats> candidates(Selection selection, QuantizeOptions options) {
        Set<String> quantized = new HashSet<>();
        selection.bits().keySet().forEach(tensor -> quantized.add(tensor.name()));
        Predicate<TensorProto> all = tensor -> !quantized.contains(tensor.getName())
                && options.exclude().stream().noneMatch(glob -> glob.matches(List.of(tensor.getName())));
        return List.of(new HalfFloats(all), new HalfFloats(all.and(tensor -> tensor.getDimsCount() == 1)));
    }

    /** The signal above rounding's noise with which rounding is no matter. */
    static double decibels(BitPolicy policy) {
        return switch (policy) {
            case BitPolicy.MinSnr(double wanted) -> wanted + MARGIN;
            case BitPolicy.Uniform(int bits) -> DECIBELS_OF_A_BIT * bits + MARGIN;
            default -> DECIBELS;
        };
    }

    /** A model with the constants rounded; itself where there are none. */
    OnnxModel rounded(OnnxModel model) {
        return HalfConstants.of(model, rounded);
    }
}
