package dev.signet.cli.option;

import dev.signet.quantize.input.InputChoices;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a network's inputs are, where a run guesses wrong. */
public final class InputOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--input-shape",
            paramLabel = "NAME=1x3x224x224",
            description = "Shape of an input, where the model leaves it open; may be given several times.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private List<String> shapes = List.of();

    @Option(
            names = "--input-range",
            paramLabel = "[NAME=]RANGE",
            description = "Values of pictures, where the run guesses wrong: 0..1, 0..255, -1..1, imagenet, 0..255-mean,"
                    + " -0.5..0.5 or tiny; for one input with its name.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private List<String> ranges = List.of();

    @Option(
            names = "--input-layout",
            paramLabel = "[NAME=]LAYOUT",
            description = "Order of a picture's dimensions, where the run guesses wrong: NCHW, NHWC, CHW or HWC.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private List<String> layouts = List.of();

    /** Whether anything is said. */
    public boolean isGiven() {
        return !shapes.isEmpty() || !ranges.isEmpty() || !layouts.isEmpty();
    }

    /**
     * Ranges and orders of dimensions.
     *
     * @throws ParameterException if one is none
     */
    public InputChoices choices() {
        return parsed("--input-range, --input-layout", () -> InputChoices.parse(ranges, layouts));
    }

    /**
     * Shapes by name; null for none.
     *
     * @throws ParameterException if one is none
     */
    public @Nullable Map<String, long[]> shapes() {
        return shapes.isEmpty() ? null : parsed("--input-shape", () -> parse(shapes));
    }

    private <T> T parsed(String option, Supplier<T> parser) {
        try {
            return parser.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage());
        }
    }

    private static Map<String, long[]> parse(List<String> texts) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.lastIndexOf('=');
            if (equals < 1 || !text.substring(equals + 1).matches("[1-9][0-9]{0,8}(x[1-9][0-9]{0,8}){0,15}")) {
                throw new IllegalArgumentException("'%s' is not NAME=1x3x224x224".formatted(text));
            }
            shapes.put(
                    text.substring(0, equals),
                    Arrays.stream(text.substring(equals + 1).split("x"))
                            .mapToLong(Long::parseLong)
                            .toArray());
        }
        return shapes;
    }
}
