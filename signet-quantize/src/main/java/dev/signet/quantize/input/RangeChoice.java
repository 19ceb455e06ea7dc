package dev.signet.quantize.input;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What range a network's pictures have.
 *
 * @param ranges the range, or several that the evidence does not decide between, the likeliest first
 * @param certainty share of the likeliest among all that were tried, 0 to 1
 * @param evidence what spoke for it
 */
public record RangeChoice(List<ValueRange> ranges, double certainty, String evidence) {
    /** For people: "0..255 (97 % sure: stored statistics)". */
    public String text() {
        String names = ranges.stream().map(ValueRange::text).collect(Collectors.joining(" and "));
        return String.format(Locale.ROOT, "%s (%.0f %% sure: %s)", names, 100 * certainty, evidence);
    }
}
