package dev.signet.quantize.input;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the user says of a network's inputs; the empty name stands for all of them.
 *
 * @param ranges of pictures' values
 * @param orders of dimensions
 * @param files what single inputs are fed with: {@code .npy} files
 */
public record InputChoices(
        Map<String, ValueRange> ranges, Map<String, InputLayout.Order> orders, Map<String, Path> files) {
    /** Nothing is said. */
    public static final InputChoices NONE = new InputChoices(Map.of(), Map.of(), Map.of());

    /** The range of an input; null to find out. */
    public @Nullable ValueRange range(String input) {
        ValueRange own = ranges.get(input);
        return own != null ? own : ranges.get("");
    }

    /** The order of an input's dimensions; null to find out. */
    public InputLayout.@Nullable Order order(String input) {
        InputLayout.Order own = orders.get(input);
        return own != null ? own : orders.get("");
    }

    /**
     * Reads what the command line says: each {@code VALUE} or {@code NAME=VALUE}.
     *
     * @throws IllegalArgumentException if a value is none of those that there are
     */
    public static InputChoices parse(List<String> ranges, List<String> orders) {
        Map<String, ValueRange> byName = new HashMap<>();
        for (String text : ranges) {
            byName.put(
                    name(text),
                    ValueRange.parse(value(text))
                            .orElseThrow(() -> new IllegalArgumentException("'%s' is no range: %s"
                                    .formatted(
                                            value(text),
                                            Arrays.stream(ValueRange.values())
                                                    .map(ValueRange::text)
                                                    .collect(Collectors.joining(", "))))));
        }
        Map<String, InputLayout.Order> orderByName = new HashMap<>();
        for (String text : orders) {
            try {
                orderByName.put(
                        name(text), InputLayout.Order.valueOf(value(text).toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("'%s' is no layout: NCHW, NHWC, CHW, HWC".formatted(value(text)), e);
            }
        }
        return new InputChoices(Map.copyOf(byName), Map.copyOf(orderByName), Map.of());
    }

    private static String name(String text) {
        return text.substring(0, Math.max(0, text.lastIndexOf('=')));
    }

    private static String value(String text) {
        return text.substring(text.lastIndexOf('=') + 1).strip();
    }
}
