package dev.signet.quantize;

import dev.signet.core.MultiBitWeight;
import dev.signet.quantize.figure.UserMetric;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How many sign planes each weight tensor gets. */
public sealed interface BitPolicy {
    /** What tensors get that nothing else is said about. */
    int DEFAULT_BITS = 3;

    /** The same for all. */
    record Uniform(int bits) implements BitPolicy {
        /** @throws IllegalArgumentException if {@code bits} is not 1..8 */
        public Uniform {
            checked(Integer.toString(bits));
        }
    }

    /** The first rule that matches decides; {@link #DEFAULT_BITS} where none does. */
    record PerLayer(List<Rule> rules) implements BitPolicy {}

    /** The best bits per layer that fit into a number of bytes. */
    record TargetSize(long bytes) implements BitPolicy {}

    /** The fewest bytes that keep every output so many decibels above the noise of quantization. */
    record MinSnr(double decibels) implements BitPolicy {
        /** Detectors keep 95 % of their boxes, masks an intersection over union of 0.9. */
        public static final MinSnr DEFAULT = new MinSnr(20);

        /** @throws IllegalArgumentException if it is no number of decibels that weights can have */
        public MinSnr {
            if (!(decibels >= -20 && decibels <= 150)) {
                throw new IllegalArgumentException(decibels + " is not a number of decibels from -20 to 150");
            }
        }
    }

    /** The fewest bytes that cost at most so many points of a metric of the user's. */
    record MaxDrop(double points, UserMetric metric) implements BitPolicy {}

    /** Bits for the tensors that a pattern names. */
    record Rule(NamePattern pattern, int bits) {}

    /**
     * Reads {@code 3} or {@code conv1=4,*fc*=4,*=2}.
     *
     * @throws IllegalArgumentException if {@code text} is neither
     */
    static BitPolicy parse(String text) {
        if (text.indexOf('=') < 0) {
            return new Uniform(checked(text));
        }
        List<Rule> rules = new ArrayList<>();
        for (String rule : text.split(",", -1)) {
            int equals = rule.lastIndexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("'%s' is not PATTERN=BITS".formatted(rule));
            }
            rules.add(new Rule(
                    new NamePattern(rule.substring(0, equals).strip()),
                    checked(rule.substring(equals + 1).strip())));
        }
        return new PerLayer(List.copyOf(rules));
    }

    /**
     * Reads {@code 10%}, {@code 900KB}, {@code 1.5MB} or a number of bytes.
     *
     * @param bytesBefore what 100 % is
     * @throws IllegalArgumentException if {@code text} is none of them
     */
    static TargetSize target(String text, long bytesBefore) {
        var parts = java.util.regex.Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?)\\s*(%|B|KB|MB|GB|KIB|MIB|GIB|)")
                .matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!parts.matches()) {
            throw new IllegalArgumentException("'%s' is not a size: 10%%, 900KB, 1.5MB or bytes".formatted(text));
        }
        double number = Double.parseDouble(parts.group(1));
        double unit = switch (parts.group(2)) {
            case "%" -> bytesBefore / 100.0;
            case "KB" -> 1e3;
            case "MB" -> 1e6;
            case "GB" -> 1e9;
            case "KIB" -> 1024;
            case "MIB" -> 1024 * 1024;
            case "GIB" -> 1024 * 1024 * 1024;
            default -> 1;
        };
        if (number * unit < 1) {
            throw new IllegalArgumentException("'%s' is less than a byte".formatted(text));
        }
        return new TargetSize((long) (number * unit));
    }

    /** Whether bits are dealt out by what they do, rather than given. */
    default boolean isAllocated() {
        return this instanceof TargetSize || this instanceof MinSnr || this instanceof MaxDrop;
    }

    /** The bits of the tensor that goes by {@code names} (its own and its nodes'). */
    default int bits(Collection<String> names) {
        return switch (this) {
            case Uniform(int bits) -> bits;
            case PerLayer(List<Rule> rules) ->
                rules.stream()
                        .filter(rule -> rule.pattern().matches(names))
                        .mapToInt(Rule::bits)
                        .findFirst()
                        .orElse(DEFAULT_BITS);
            case TargetSize(long bytes) ->
                throw new IllegalStateException(
                        String.format(Locale.ROOT, "bits for %d bytes are allocated, not looked up", bytes));
            case MinSnr _, MaxDrop _ ->
                throw new IllegalStateException("bits for a quality are allocated, not looked up");
        };
    }

    /** What {@link #parse} reads, or the number of bytes. */
    default String text() {
        return switch (this) {
            case Uniform(int bits) -> Integer.toString(bits);
            case PerLayer(List<Rule> rules) ->
                rules.stream().map(rule -> rule.pattern() + "=" + rule.bits()).collect(Collectors.joining(","));
            case TargetSize(long bytes) -> bytes + "B";
            case MinSnr(double decibels) -> Double.toString(decibels);
            case MaxDrop(double points, UserMetric metric) -> Double.toString(points);
        };
    }

    private static int checked(String text) {
        if (!text.matches("[1-8]")) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "'%s' is not a number of bits from 1 to %d", text, MultiBitWeight.MAX_BITS));
        }
        return Integer.parseInt(text);
    }
}
