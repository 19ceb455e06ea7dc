package dev.signet.quantize.correct;

import dev.signet.core.MultiBitWeight;
import dev.signet.onnx.rewrite.GraphEdits;
import dev.signet.onnx.scan.WeightTensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network's weights after quantization with a look at its layers.
 *
 * @param weights what each tensor became
 * @param edits corrected biases and normalizations
 * @param outputSnr for each tensor signal to noise of its layer's output in dB: the original network's output against the
 *     difference that quantization makes there, all earlier layers quantized; the worst where several layers use the tensor
 * @param networkSnr the same for the network's outputs of floating point, the worst of them; null where it was not run or has none
 */
public record CalibratedNetwork(
        Map<WeightTensor, MultiBitWeight> weights,
        GraphEdits edits,
        Map<WeightTensor, Double> outputSnr,
        @Nullable Double networkSnr) {
    /** Weights of a network that was not run: no corrections, no measurements. */
    public static CalibratedNetwork unseen(Map<WeightTensor, MultiBitWeight> weights) {
        return new CalibratedNetwork(weights, GraphEdits.NONE, Map.of(), null);
    }
}
