package dev.signet.quantize;

import dev.signet.core.GroupLayout;
import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightSize;
import dev.signet.onnx.linear.LinearWeight;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.scan.KeptTensor;
import dev.signet.onnx.scan.ScannedTensor;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.scan.WeightUse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which tensors are quantized with how many bits, and why others are not.
 *
 * @param choices one for every tensor, in network order
 * @param notes what the user should know: patterns that match nothing, bits that were chosen
 */
record Selection(List<Choice> choices, List<String> notes) {
    // What a packed node costs beside planes and coefficients: names, attributes and an entry in the metadata.
    private static final long NODE_BYTES = 150;
    private static final long INLINE_NODE_BYTES = 2000;

    private static final double ENDS_SHARE = 0.015;

    /** What is done with a tensor: {@code bits} planes, or kept for a reason. */
    record Choice(ScannedTensor tensor, int bits, @Nullable String kept) {}

    static Selection of(WeightScan scan, QuantizeOptions options) {
        List<Choice> choices = new ArrayList<>();
        for (ScannedTensor tensor : scan.tensors()) {
            choices.add(
                    switch (tensor) {
                        case KeptTensor kept -> new Choice(kept, 0, kept.reason());
                        case WeightTensor weight -> choose(weight, options);
                    });
        }
        List<String> notes = new ArrayList<>(warnings(scan, options));
        if (options.bits() instanceof BitPolicy.Uniform && options.method() == Method.OUTPUT_AWARE) {
            giveEndsMoreBits(choices, options, notes);
        }
        return new Selection(choices, notes);
    }

    /**
     * The first and the last layer are small and matter most: they get as many bits as fit into {@link #ENDS_SHARE} of the
     * weights' bytes. {@code --bits '*=2'} asks for 2 bits everywhere.
     */
    private static void giveEndsMoreBits(List<Choice> choices, QuantizeOptions options, List<String> notes) {
        List<Integer> quantized = IntStream.range(0, choices.size())
                .filter(i -> choices.get(i).kept() == null)
                .boxed()
                .toList();
        if (quantized.size() < 3) {
            return;
        }
        long all = quantized.stream()
                .mapToLong(i -> bytes(choices.get(i), options))
                .sum();
        double budget = ENDS_SHARE * all;
        List<String> given = new ArrayList<>();
        for (int end : List.of(quantized.getFirst(), quantized.getLast())) {
            Choice choice = choices.get(end);
            long before = bytes(choice, options);
            for (int bits = MultiBitWeight.MAX_BITS; bits > choice.bits(); bits--) {
                Choice more = new Choice(choice.tensor(), bits, null);
                if (bytes(more, options) - before <= budget) {
                    budget -= bytes(more, options) - before;
                    choices.set(end, more);
                    given.add(
                            String.format(Locale.ROOT, "%s %d", choice.tensor().name(), bits));
                    break;
                }
            }
        }
        if (!given.isEmpty()) {
            notes.add(String.format(
                    Locale.ROOT,
                    "first and last layer have more bits, for less than %.1f %% of the bytes: %s",
                    100 * ENDS_SHARE,
                    String.join(", ", given)));
        }
    }

    private static long bytes(Choice choice, QuantizeOptions options) {
        return choice.tensor() instanceof WeightTensor weight ? bytes(weight, choice.bits(), options) : 0;
    }

    private static Choice choose(WeightTensor weight, QuantizeOptions options) {
        List<String> names = names(weight);
        if (options.exclude().stream().anyMatch(pattern -> pattern.matches(names))) {
            return new Choice(weight, 0, "excluded");
        }
        // For a target size, bits are dealt out later: here 1 tells what may be quantized at all.
        int bits = options.bits().isAllocated() ? 1 : options.bits().bits(names);
        long packed = packedBytes(weight, bits, options);
        if (options.format() != Format.FLOAT && packed >= weight.bytes()) {
            return new Choice(
                    weight, 0, String.format(Locale.ROOT, "too small: packed it would take about %d bytes", packed));
        }
        return new Choice(weight, bits, null);
    }

    /** About what a tensor takes in the file, its node included. */
    static long packedBytes(WeightTensor weight, int bits, QuantizeOptions options) {
        return bytes(weight, bits, options) + (options.format() == Format.INLINE ? INLINE_NODE_BYTES : NODE_BYTES);
    }

    private static long bytes(WeightTensor weight, int bits, QuantizeOptions options) {
        var view = weight.view();
        Grouping grouping = options.chosenGrouping(bits, view.inputs());
        GroupLayout layout = grouping.layout(view.filters(), view.inputs(), view.kernelSize());
        if (options.format() == Format.DQ) {
            return LinearWeight.bytes(layout, bits);
        }
        return WeightSize.of(grouping, layout, bits, MultiBitWeight.CoefficientType.FLOAT16, options.offset())
                .bytes();
    }

    /** What a tensor goes by: its own name and its nodes'. */
    static List<String> names(WeightTensor weight) {
        List<String> names = new ArrayList<>(List.of(weight.name()));
        weight.uses().stream().map(WeightUse::label).forEach(names::add);
        return names;
    }

    private static List<String> warnings(WeightScan scan, QuantizeOptions options) {
        List<NamePattern> patterns = new ArrayList<>(options.exclude());
        if (options.bits() instanceof BitPolicy.PerLayer(List<BitPolicy.Rule> rules)) {
            rules.forEach(rule -> patterns.add(rule.pattern()));
        }
        List<String> all =
                scan.weights().stream().flatMap(w -> names(w).stream()).toList();
        List<String> warnings = new ArrayList<>();
        for (NamePattern pattern : patterns) {
            if (!pattern.matches(all)) {
                warnings.add("no layer matches '%s'%s"
                        .formatted(
                                pattern,
                                pattern.closest(all)
                                        .map(name -> "; the closest is '" + name + "'")
                                        .orElse("")));
            }
        }
        return warnings;
    }

    /** The tensors that are quantized, with their bits. */
    Map<WeightTensor, Integer> bits() {
        Map<WeightTensor, Integer> bits = new LinkedHashMap<>();
        for (Choice choice : choices) {
            if (choice.kept() == null && choice.tensor() instanceof WeightTensor weight) {
                bits.put(weight, choice.bits());
            }
        }
        return bits;
    }

    /** The same with other bits for the tensors that are quantized; those with 0 are kept. */
    Selection withBits(Map<WeightTensor, Integer> bits) {
        List<Choice> changed = new ArrayList<>();
        for (Choice choice : choices) {
            Integer b =
                    choice.kept() == null && choice.tensor() instanceof WeightTensor weight ? bits.get(weight) : null;
            changed.add(
                    b == null
                            ? choice
                            : new Choice(choice.tensor(), b, b == 0 ? "as floats it fits, and nothing is lost" : null));
        }
        return new Selection(changed, notes);
    }

    /** The reasons, for a model of which nothing is quantized. */
    String whyNothing() {
        return choices.isEmpty()
                ? "it has no tensors of two or more dimensions"
                : choices.stream()
                        .limit(3)
                        .map(choice -> "'%s': %s".formatted(choice.tensor().name(), choice.kept()))
                        .collect(Collectors.joining(", "));
    }

    static TensorReport kept(Choice choice) {
        List<String> nodes = choice.tensor() instanceof WeightTensor weight
                ? weight.uses().stream().map(WeightUse::label).toList()
                : List.of();
        int[] shape = Arrays.stream(choice.tensor().dimensions())
                .mapToInt(d -> (int) Math.min(d, Integer.MAX_VALUE))
                .toArray();
        long bytes = choice.tensor().bytes();
        String reason = choice.kept() == null ? "no node that runs uses it" : choice.kept();
        return new TensorReport(choice.tensor().name(), shape, nodes, bytes, bytes, null, reason, null, null);
    }
}
