package dev.signet.lab.agreement;

import dev.signet.onnx.InputException;
import dev.signet.quantize.runtime.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a network's outputs are, told by their shapes and by what the original gives.
 *
 * @param kind what they are
 * @param output the one that is looked at; all of a detector's
 * @param comparison makes a new comparison
 */
public record Recognized(OutputKind kind, String output, Supplier<Comparison> comparison) {
    /** What is known beside the outputs. */
    public record Context(
            int height, int width, boolean sound, @Nullable Double threshold) {
        double thresholdOr(double usual) {
            return threshold == null ? usual : threshold;
        }
    }

    private static final double USUAL_THRESHOLD = 0.5;

    /** Maps of masks are at least so long and wide. */
    private static final int LEAST_SIDE = 8;

    /** Fewer characters are no alphabet. */
    private static final int ALPHABET = 10;

    /** A value above that is one of 0..255. */
    private static final double LEVEL_OF_BYTES = 8;

    /**
     * Finds out what the outputs are.
     *
     * @param samples the original's floating outputs for each sample, states left out
     * @param wanted what the user says they are; null to find out
     * @param only the output to look at; null for the likeliest
     * @param name how messages call the model
     * @throws InputException if they are not what is wanted
     */
    public static Recognized of(
            List<Map<String, Tensor>> samples,
            Context context,
            @Nullable OutputKind wanted,
            @Nullable String only,
            String name) {
        List<Map<String, Tensor>> chosen = only == null ? samples : chosen(samples, only, name);
        Map<String, Tensor> first = chosen.getFirst();
        if (first.isEmpty()) {
            throw InputException.of(name, "gives no numbers of floating point", "there is nothing to compare");
        }
        List<OutputKind> order = wanted != null
                ? List.of(wanted)
                : context.sound()
                        ? List.of(OutputKind.CLASSES, OutputKind.MASK, OutputKind.TEXT, OutputKind.SOUND)
                        : List.of(
                                OutputKind.BOXES,
                                OutputKind.TEXT,
                                OutputKind.MASK,
                                OutputKind.CLASSES,
                                OutputKind.PICTURE,
                                OutputKind.FEATURES,
                                OutputKind.VALUES);
        boolean sure = wanted != null;
        if (order.contains(OutputKind.BOXES)) {
            Optional<Recognized> found = boxes(chosen, context);
            if (found.isPresent()) {
                return found.get();
            }
        }
        // The first output is what the network is for; others say something beside it.
        for (String output : first.keySet()) {
            for (OutputKind kind : order) {
                Optional<Recognized> found = of(kind, output, chosen, context, sure);
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        String shapes = first.entrySet().stream()
                .map(entry ->
                        entry.getKey() + " " + Arrays.toString(entry.getValue().shape()))
                .collect(Collectors.joining(", "));
        throw InputException.of(
                name,
                "its outputs (%s) are nothing that can be read as %s"
                        .formatted(shapes, wanted == null ? "anything" : text(wanted)),
                "compare with the task 'agreement', which finds out what they are");
    }

    private static String text(OutputKind kind) {
        return switch (kind) {
            case CLASSES -> "scores of classes";
            case BOXES -> "boxes";
            case MASK -> "a mask";
            case FEATURES -> "features";
            case TEXT -> "a text";
            case SOUND -> "sound";
            case PICTURE -> "a picture";
            case VALUES -> "numbers";
        };
    }

    private static List<Map<String, Tensor>> chosen(List<Map<String, Tensor>> samples, String only, String name) {
        return samples.stream()
                .map(sample -> {
                    Tensor tensor = sample.get(only);
                    if (tensor == null) {
                        throw InputException.of(
                                name,
                                "has no output '%s' of floating point".formatted(only),
                                "it has " + String.join(", ", sample.keySet()));
                    }
                    Map<String, Tensor> one = new LinkedHashMap<>();
                    one.put(only, tensor);
                    return one;
                })
                .toList();
    }

    private static Optional<Recognized> boxes(List<Map<String, Tensor>> samples, Context context) {
        return BoxReader.of(samples.getFirst(), context.height(), context.width())
                .map(reader -> new Recognized(
                        OutputKind.BOXES,
                        String.join(", ", samples.getFirst().keySet()),
                        () -> Comparisons.boxes(reader, context.thresholdOr(USUAL_THRESHOLD))));
    }

    /** @param sure whether the user says so: then what fits will do */
    private static Optional<Recognized> of(
            OutputKind kind, String output, List<Map<String, Tensor>> samples, Context context, boolean sure) {
        List<Tensor> tensors =
                samples.stream().map(sample -> Outputs.get(sample, output)).toList();
        Tensor first = tensors.getFirst();
        @Nullable
        Supplier<Comparison> comparison = switch (kind) {
            case BOXES -> null;
            case CLASSES ->
                areClasses(tensors, sure, context.sound())
                        ? () -> Comparisons.classes(output, context.thresholdOr(USUAL_THRESHOLD))
                        : null;
            case TEXT -> {
                int blank = blank(tensors, sure);
                yield blank < 0 ? null : () -> Comparisons.texts(output, blank);
            }
            case MASK -> {
                MaskReader mask = mask(tensors, context, sure).orElse(null);
                yield mask == null ? null : () -> Comparisons.masks(output, mask);
            }
            case PICTURE -> isPicture(first) ? () -> Comparisons.pictures(output, peak(tensors)) : null;
            case FEATURES -> areFeatures(tensors, sure) ? () -> Comparisons.features(output) : null;
            case SOUND -> first.values().length > 1 || sure ? () -> Comparisons.sound(output) : null;
            case VALUES -> first.values().length > 0 ? () -> Comparisons.values(output) : null;
        };
        return comparison == null ? Optional.empty() : Optional.of(new Recognized(kind, output, comparison));
    }

    /** One row of numbers for the sample, whose best is not the same for all; or a single probability on both sides of a half. What
     * listens gives masks and spectra, whose largest value is no class. */
    private static boolean areClasses(List<Tensor> tensors, boolean sure, boolean sound) {
        boolean row =
                Arrays.stream(tensors.getFirst().shape()).filter(d -> d != 1).count() <= 1;
        int length = tensors.getFirst().values().length;
        if (!row || length == 0) {
            return false;
        }
        if (length == 1) {
            long above = tensors.stream()
                    .filter(t -> t.values()[0] > USUAL_THRESHOLD)
                    .count();
            boolean shares = tensors.stream().allMatch(t -> t.values()[0] >= 0 && t.values()[0] <= 1);
            return shares && (sure || (above > 0 && above < tensors.size()));
        }
        Rows rows = new Rows(tensors.getFirst().values(), 1, length, length, 1);
        long bests = tensors.stream()
                .map(t -> new Rows(t.values(), 1, length, length, 1).best(0, 0))
                .distinct()
                .count();
        return sure || rows.areProbabilities(0) || (bests > 1 && !sound && !areUnitVectors(tensors));
    }

    private static boolean areUnitVectors(List<Tensor> tensors) {
        return tensors.stream().allMatch(tensor -> {
            double squares = 0;
            for (float value : tensor.values()) {
                squares += (double) value * value;
            }
            return Math.abs(squares - 1) < 0.02;
        });
    }

    /** The steps of a sequence: [1, steps, characters] or [steps, 1, characters]. */
    static Rows steps(Tensor tensor) {
        int columns = Math.toIntExact(tensor.shape()[tensor.shape().length - 1]);
        return new Rows(tensor.values(), tensor.values().length / columns, columns, columns, 1);
    }

    /** The character that stands for none, the usual one of the outer two; -1 where these are no texts. */
    private static int blank(List<Tensor> tensors, boolean sure) {
        long[] shape = tensors.getFirst().shape();
        if (shape.length != 3 || Math.min(shape[0], shape[1]) != 1 || shape[2] < ALPHABET) {
            return -1;
        }
        int columns = Math.toIntExact(shape[2]);
        int[] bests = new int[columns];
        int steps = 0;
        boolean probabilities = true;
        for (Tensor tensor : tensors) {
            Rows rows = steps(tensor);
            int[] of = rows.bests();
            Arrays.setAll(bests, c -> bests[c] + of[c]);
            steps += rows.rows();
            probabilities &= rows.areProbabilities(0) || areLogarithms(rows);
        }
        int blank = bests[columns - 1] > bests[0] ? columns - 1 : 0;
        return sure || (probabilities && bests[blank] > 0.2 * steps) ? blank : -1;
    }

    private static boolean areLogarithms(Rows rows) {
        double sum = 0;
        for (int c = 0; c < rows.columns(); c++) {
            sum += Math.exp(rows.at(0, c));
        }
        return Math.abs(sum - 1) < 0.02;
    }

    private static Optional<MaskReader> mask(List<Tensor> tensors, Context context, boolean sure) {
        long[] shape = tensors.getFirst().shape();
        boolean flat = shape.length == 3 && shape[0] == 1;
        boolean map = shape.length == 4 && shape[0] == 1;
        if (!flat && !map) {
            return Optional.empty();
        }
        boolean planar = flat || shape[1] <= shape[3];
        int channels = flat ? 1 : Math.toIntExact(planar ? shape[1] : shape[3]);
        long high = flat || !planar ? shape[1] : shape[2];
        long wide = planar ? shape[shape.length - 1] : shape[2];
        if (Math.min(high, wide) < LEAST_SIDE) {
            return Optional.empty();
        }
        boolean shares = true;
        boolean exclude = channels > 1;
        double undecided = 0;
        for (Tensor tensor : tensors) {
            Rows rows = MaskReader.rows(tensor, planar, channels);
            shares &= rows.areShares(0);
            exclude &= shares && rows.areProbabilities(0);
            undecided += shares && channels == 1 ? undecided(tensor.values()) / tensors.size() : 0;
        }
        double threshold = context.thresholdOr(USUAL_THRESHOLD);
        double cut = shares ? threshold : channels == 1 ? Math.log(threshold / (1 - threshold)) : 0;
        // A picture's values are everywhere; a mask's are at the ends.
        boolean likely = shares && (exclude || (channels == 1 && undecided < 0.35));
        return likely || sure ? Optional.of(new MaskReader(planar, channels, cut)) : Optional.empty();
    }

    /** The part of the values that are neither nearly 0 nor nearly 1. */
    private static double undecided(float[] values) {
        int between = 0;
        for (float value : values) {
            between += value > 0.1 && value < 0.9 ? 1 : 0;
        }
        return (double) between / Math.max(1, values.length);
    }

    private static boolean isPicture(Tensor tensor) {
        long[] s = tensor.shape();
        if (s.length != 4 || s[0] != 1) {
            return false;
        }
        boolean planar = (s[1] == 1 || s[1] == 3) && Math.min(s[2], s[3]) >= LEAST_SIDE;
        boolean interleaved = (s[3] == 1 || s[3] == 3) && Math.min(s[1], s[2]) >= LEAST_SIDE;
        return planar || interleaved;
    }

    private static double peak(List<Tensor> tensors) {
        double squares = 0;
        long count = 0;
        for (Tensor tensor : tensors) {
            for (float value : tensor.values()) {
                squares += (double) value * value;
            }
            count += tensor.values().length;
        }
        return Math.sqrt(squares / Math.max(1, count)) > LEVEL_OF_BYTES ? 255 : 1;
    }

    private static boolean areFeatures(List<Tensor> tensors, boolean sure) {
        long[] shape = tensors.getFirst().shape();
        boolean vectors =
                shape.length >= 2 && shape.length <= 4 && tensors.getFirst().values().length > 1;
        return vectors && (sure || shape.length >= 3 || areUnitVectors(tensors));
    }

    /** One vector for each place: over the channels of a map, else over the last dimension. */
    static Rows vectors(Tensor tensor) {
        return Rows.ofPlanes(tensor).orElseGet(() -> steps(tensor));
    }
}
