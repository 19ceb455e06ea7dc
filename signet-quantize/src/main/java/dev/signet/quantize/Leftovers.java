package dev.signet.quantize;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says where the bytes are that a run did not save. */
final class Leftovers {
    /** A run that leaves more than this share of the bytes owes an explanation. */
    private static final double LARGE_SHARE = 0.5;

    private static final int NAMED = 4;

    private Leftovers() {}

    /** The explanation as a note; empty where enough was saved. */
    static List<String> notes(long before, long after, List<TensorReport> tensors) {
        return after > LARGE_SHARE * before
                ? List.of(String.format(Locale.ROOT, "%.0f %% of the bytes are left: ", 100.0 * after / before)
                        + text(after, tensors))
                : List.of();
    }

    /** Which tensors were kept and why, the largest first, and what else there is. */
    static String text(long after, List<TensorReport> tensors) {
        List<TensorReport> kept = tensors.stream()
                .filter(tensor -> tensor.kept() != null)
                .sorted(Comparator.comparingLong(TensorReport::bytesAfter).reversed())
                .toList();
        String largest = kept.stream()
                .limit(NAMED)
                .map(tensor -> "'" + tensor.name() + "' " + tensor.bytesAfter() + " (" + tensor.kept() + ")")
                .collect(Collectors.joining(", "));
        long more =
                kept.stream().skip(NAMED).mapToLong(TensorReport::bytesAfter).sum();
        long quantized = tensors.stream()
                .filter(tensor -> tensor.kept() == null)
                .mapToLong(TensorReport::bytesAfter)
                .sum();
        long rest = after
                - quantized
                - kept.stream().mapToLong(TensorReport::bytesAfter).sum();
        return (kept.isEmpty() ? "no weights were kept" : "kept as they were: " + largest)
                + (more > 0 ? ", and " + more + " in " + (kept.size() - NAMED) + " more" : "")
                + "; quantized weights " + quantized
                + "; graph, small tensors and names " + Math.max(0, rest);
    }
}
