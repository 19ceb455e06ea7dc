package dev.signet.lab.experiment;

import dev.signet.core.Method;
import dev.signet.lab.baseline.Baseline;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A method in a comparison: one of Signet's, or one to compare with. */
public sealed interface Scheme {
    /** A method of {@code quantize}. */
    record Own(Method method) implements Scheme {}

    /** A baseline. */
    record Other(Baseline baseline) implements Scheme {}

    /**
     * Reads {@code alternating}, {@code hqq} and so on.
     *
     * @throws IllegalArgumentException naming all, if {@code text} is none of them
     */
    static Scheme parse(String text) {
        return all().filter(scheme -> scheme.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'%s' is not a method: %s"
                        .formatted(text, all().map(Scheme::text).collect(Collectors.joining(", ")))));
    }

    private static Stream<Scheme> all() {
        return Stream.concat(
                Arrays.stream(Method.values()).map(Own::new),
                Arrays.stream(Baseline.values()).map(Other::new));
    }

    /** What {@link #parse} reads. */
    default String text() {
        return switch (this) {
            case Own(Method method) -> method.text();
            case Other(Baseline baseline) -> baseline.text();
        };
    }

    /** Whether a heat map makes a difference to it. */
    default boolean takesHeatMap() {
        return this instanceof Own(Method method) && method != Method.OUTPUT_AWARE;
    }

    /** Whether samples, and so their seed, make a difference to it. */
    default boolean takesSamples() {
        return switch (this) {
            case Own own -> true;
            case Other(Baseline baseline) -> baseline.takesSamples();
        };
    }

    /** Bits of a weight, whatever is asked for; 0 where that is not so. */
    default int fixedBits() {
        return this instanceof Other(Baseline baseline) ? baseline.fixedBits() : 0;
    }

    /** All baselines. */
    static List<Scheme> peers() {
        return Arrays.stream(Baseline.values()).<Scheme>map(Other::new).toList();
    }
}
