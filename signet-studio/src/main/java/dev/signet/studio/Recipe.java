package dev.signet.studio;

import dev.signet.core.MultiBitWeight;
import dev.signet.quantize.BitPolicy;
import dev.signet.quantize.NamePattern;
import dev.signet.quantize.QuantizeOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * How a version is made: what stands on the command line, and the options that the command line makes of it.
 *
 * @param bits of {@code --bits}; empty for the smallest file that stays good
 * @param excluded patterns of {@code --exclude}
 */
record Recipe(String bits, List<String> excluded) {
    /** What is made where nothing is said. */
    static final Recipe USUAL = new Recipe("", List.of());

    /** What a name may hold that a pattern, a list of rules or a terminal would take for something else. */
    private static final String SPECIAL = "[*,=\"'`$\\\\\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]";

    /** @throws IllegalArgumentException if the bits are none */
    Recipe {
        if (!bits.isEmpty()) {
            BitPolicy.parse(bits);
        }
    }

    /**
     * Bits chosen layer by layer.
     *
     * @param layers bits by the tensor's name, 0 for one that stays float
     * @throws IllegalArgumentException if no layer has bits, or one has too many
     */
    static Recipe of(Map<String, Integer> layers) {
        if (layers.values().stream().anyMatch(bits -> bits < 0 || bits > MultiBitWeight.MAX_BITS)) {
            throw new IllegalArgumentException(
                    "a layer has 1 to " + MultiBitWeight.MAX_BITS + " bits, or 0 to stay float");
        }
        Map<Integer, Long> counts = layers.values().stream()
                .filter(bits -> bits > 0)
                .collect(Collectors.groupingBy(bits -> bits, Collectors.counting()));
        int usual = counts.entrySet().stream()
                .max(Map.Entry.<Integer, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow(() -> new IllegalArgumentException("every layer stays float: nothing is left to do"))
                .getKey();
        List<String> rules = new ArrayList<>();
        List<String> excluded = new ArrayList<>();
        layers.forEach((name, bits) -> {
            if (bits == 0) {
                excluded.add(pattern(name));
            } else if (bits != usual) {
                rules.add(pattern(name) + "=" + bits);
            }
        });
        rules.add(rules.isEmpty() ? Integer.toString(usual) : "*=" + usual);
        return new Recipe(String.join(",", rules), List.copyOf(excluded));
    }

    private static String pattern(String name) {
        return name.replaceAll(SPECIAL, "?");
    }

    /** Exactly what {@code signet quantize} makes of {@link #command}. */
    QuantizeOptions options(StudioLimits limits) {
        QuantizeOptions usual = QuantizeOptions.defaults(BitPolicy.DEFAULT_BITS);
        return new QuantizeOptions(
                bits.isEmpty() ? BitPolicy.MinSnr.DEFAULT : BitPolicy.parse(bits),
                usual.method(),
                usual.importance(),
                usual.grouping(),
                usual.offset(),
                usual.correct(),
                usual.format(),
                excluded.stream().map(NamePattern::new).toList(),
                usual.samples(),
                usual.inputShapes(),
                usual.seed(),
                limits.threads(),
                limits.memory(),
                usual.verify(),
                usual.documentation());
    }

    /** A word for addresses and files: the same for the same recipe. */
    String id() {
        if (bits.isEmpty() && excluded.isEmpty()) {
            return "usual";
        }
        return bits.length() == 1 && excluded.isEmpty()
                ? bits
                : UUID.nameUUIDFromBytes((bits + excluded).getBytes(StandardCharsets.UTF_8))
                        .toString();
    }

    /** What people call it. */
    String label() {
        if (bits.isEmpty()) {
            return "Signet's choice";
        }
        if (bits.length() > 1 || !excluded.isEmpty()) {
            return "by hand";
        }
        return bits.equals("1") ? "1 bit" : bits + " bits";
    }

    /** The end of a file's name, as the command line chooses it. */
    String suffix() {
        return bits.length() == 1 ? bits + "bit" : "mixed";
    }

    /** The command that makes the same file of {@code model}. */
    String command(String model) {
        List<String> words =
                new ArrayList<>(List.of("signet", "quantize", quoted(model.startsWith("-") ? "./" + model : model)));
        if (!bits.isEmpty()) {
            words.addAll(List.of("--bits", quoted(bits)));
        }
        excluded.forEach(pattern -> words.addAll(List.of("--exclude", quoted(pattern))));
        return String.join(" ", words);
    }

    /** A word for a shell. */
    private static String quoted(String word) {
        String printable = word.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
        return StandardCharsets.US_ASCII.newEncoder().canEncode(printable) && printable.matches("[A-Za-z0-9._/:@%+-]+")
                ? printable
                : "'" + printable.replace("'", "'\\''") + "'";
    }
}
