package dev.signet.quantize.input;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user says of a network's inputs; the empty name stands for all of them.
 *
 * @param ranges of pictures' values
 * @param orders of dimensions
 */
public record InputChoices(Map<String, ValueRange> ranges, Map<String, InputLayout.Order> orders) {
    /** Nothing is said. */
    public static final InputChoices NONE = new InputChoices(Map.of(), Map.of());

    /** The range of an input; null to find out. */
    public @Nullable ValueRange range(String input) {
        ValueRange own = ranges.get(input);
        return own != null ? own : ranges.get("");
    }
}
