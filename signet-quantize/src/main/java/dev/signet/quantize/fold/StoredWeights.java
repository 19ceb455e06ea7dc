package dev.signet.quantize.fold;

import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A model whose weights are stored tensors of its main graph, as far as they can be; it computes what the source computes.
 *
 * @param model the source itself where nothing else brings more weights
 * @param notes what was done, and what could not be
 */
public record StoredWeights(OnnxModel model, List<String> notes) {
    /**
     * Brings a model's weights to its main graph.
     *
     * @throws dev.signet.onnx.InputException if the model is broken
     */
    @SuppressWarnings("ReferenceEquality") // A step that changes nothing gives back the same graph.
    public static StoredWeights of(OnnxModel source) {
        OnnxModel inlined = source.with(FunctionInliner.inline(source));
        OnnxModel flat = source.with(BodyConstants.hoisted(inlined));
        StoredWeights best = new StoredWeights(source, List.of());
        // A model that has bodies and functions, but no weights in them, keeps them.
        for (OnnxModel start : flat.proto() == source.proto() ? List.of(source) : List.of(source, flat)) {
            List<String> notes = new ArrayList<>();
            OnnxModel folded = source.with(ConstantFolding.folded(start, notes));
            if (start.proto() != source.proto()) {
                notes.addFirst("weights in local functions and subgraphs are stored in the main graph");
            }
            if (folded.proto() != start.proto()) {
                notes.addFirst("weights that were computed from constants are stored as they come out");
            }
            if (folded.proto() == source.proto()) {
                best = new StoredWeights(source, List.copyOf(notes));
            } else if (bytes(folded) > bytes(best.model)) {
                best = new StoredWeights(folded, List.copyOf(notes));
            }
        }
        return best;
    }

    private static long bytes(OnnxModel model) {
        return WeightScan.of(model).weights().stream()
                .mapToLong(WeightTensor::bytes)
                .sum();
    }
}
