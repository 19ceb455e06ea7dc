package dev.signet.quantize.input;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether what a user says of a network's inputs fits the network: looked at before any work. */
public final class GivenInputs {
    /** 1 GB of fp32. */
    private static final long MOST_VALUES = 1L << 28;

    private final OnnxModel model;
    private final Map<String, ValueInfoProto> inputs = new LinkedHashMap<>();

    private GivenInputs(OnnxModel model) {
        this.model = model;
        Set<String> stored = model.proto().getGraph().getInitializerList().stream()
                .map(TensorProto::getName)
                .collect(Collectors.toSet());
        for (ValueInfoProto input : model.proto().getGraph().getInputList()) {
            if (!stored.contains(input.getName())) {
                inputs.put(input.getName(), input);
            }
        }
    }

    /**
     * Looks at all that is said.
     *
     * @param shapes of inputs; null for none
     * @throws InputException naming an input that there is not, or a shape that it can not have
     */
    public static void check(OnnxModel model, @Nullable Map<String, long[]> shapes, InputChoices choices) {
        var given = new GivenInputs(model);
        given.checkNames("--input-range", choices.ranges().keySet());
        given.checkNames("--input-layout", choices.orders().keySet());
        given.checkNames("--calibrate", choices.files().keySet());
        if (shapes != null) {
            given.checkNames("--input-shape", shapes.keySet());
            shapes.forEach(given::checkShape);
        }
    }

    private void checkNames(String option, Collection<String> names) {
        for (String name : names) {
            // The empty name stands for all inputs.
            if (!name.isEmpty() && !inputs.containsKey(name)) {
                throw InputException.of(
                        model.where(),
                        String.format(Locale.ROOT, "has no input '%s', of which %s speaks", name, option),
                        "name one that it has: " + String.join(", ", inputs.keySet()));
            }
        }
    }

    private void checkShape(String name, long[] shape) {
        TensorShapeProto declared = Objects.requireNonNull(inputs.get(name))
                .getType()
                .getTensorType()
                .getShape();
        boolean fits = declared.getDimCount() == 0 || declared.getDimCount() == shape.length;
        for (int i = 0; fits && i < declared.getDimCount(); i++) {
            long side = declared.getDim(i).getDimValue();
            fits = side <= 0 || side == shape[i];
        }
        if (!fits) {
            throw InputException.of(
                    where(name),
                    String.format(
                            Locale.ROOT,
                            "can not have the shape %s: the model says %s",
                            Arrays.toString(shape),
                            declared.getDimList().stream()
                                    .map(GivenInputs::text)
                                    .collect(Collectors.joining("x"))),
                    "give --input-shape for sides that it leaves open");
        }
        long values = 1;
        for (long side : shape) {
            values = Math.min(values * side, MOST_VALUES + 1);
        }
        if (values > MOST_VALUES) {
            throw InputException.of(
                    where(name),
                    String.format(Locale.ROOT, "shape %s has more than %d values", Arrays.toString(shape), MOST_VALUES),
                    "give a smaller --input-shape");
        }
    }

    private static String text(Dimension side) {
        return side.getDimValue() > 0
                ? Long.toString(side.getDimValue())
                : side.getDimParam().isEmpty() ? "?" : side.getDimParam();
    }

    private String where(String input) {
        return model.where() + ": input '" + input + "'";
    }
}
