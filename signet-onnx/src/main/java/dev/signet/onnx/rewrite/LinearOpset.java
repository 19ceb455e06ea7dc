package dev.signet.onnx.rewrite;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.linear.LinearWeight;
import dev.signet.onnx.packed.PackedWeight;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The opset of a model whose weights are whole numbers: of 4 bits they need 21, of 2 bits 25. */
final class LinearOpset {
    private LinearOpset() {}

    /**
     * The model in the opset of the narrowest numbers, or as near to that as its operators let it come: where they do not, numbers
     * are wider.
     *
     * @param weights those that will be whole numbers
     * @throws InputException if there is no DequantizeLinear with a scale for each filter in any opset that the model can have
     */
    static ModelProto raised(OnnxModel model, List<PackedWeight> weights) {
        int wanted = weights.stream()
                .flatMap(weight -> LinearWeight.of(weight).stream())
                .mapToInt(LinearWeight::wantedOpset)
                .max()
                .orElse(LinearWeight.leastOpset());
        int own = model.opset();
        String obstacle = "";
        for (int opset : IntStream.of(wanted, 21, LinearWeight.leastOpset())
                .filter(opset -> opset <= wanted && opset > own)
                .distinct()
                .toArray()) {
            OpsetUpgrade.Outcome outcome = OpsetUpgrade.of(model.proto(), own, opset);
            if (outcome.model().isPresent()) {
                return outcome.model().get();
            }
            obstacle = outcome.obstacle();
        }
        if (own < LinearWeight.leastOpset()) {
            throw InputException.of(
                    model.where(),
                    String.format(
                            Locale.ROOT,
                            "has opset %d, and DequantizeLinear needs %d, in which the model can not be: %s",
                            own,
                            LinearWeight.leastOpset(),
                            obstacle),
                    "convert the model to a later opset, or use --format packed");
        }
        return model.proto();
    }
}
