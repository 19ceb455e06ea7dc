package dev.signet.studio;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows of a sight; its picture has an address of its own.
 *
 * @param kind drawn, parts, classes, things or nothing
 * @param decibels of a drawn picture against the model's own; null for others
 * @param why there is nothing
 */
record SightView(String kind, @Nullable Double decibels, List<Likely> classes, List<Sight.Box> boxes, String why) {
    /** A class with its name, or number. */
    record Likely(String name, double probability) {}

    static SightView of(Sight sight, Sight original, List<String> names) {
        String kind = sight.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        return switch (sight) {
            case Sight.Drawn _ -> new SightView(kind, Gallery.decibels(original, sight), List.of(), List.of(), "");
            case Sight.Parts _ -> new SightView(kind, null, List.of(), List.of(), "");
            case Sight.Classes(var candidates) ->
                new SightView(
                        kind,
                        null,
                        candidates.stream()
                                .map(candidate -> new Likely(
                                        candidate.label() < names.size()
                                                ? names.get(candidate.label())
                                                : "class " + candidate.label(),
                                        candidate.probability()))
                                .toList(),
                        List.of(),
                        "");
            case Sight.Things(var boxes) -> new SightView(kind, null, List.of(), boxes, "");
            case Sight.Nothing(String why) -> new SightView(kind, null, List.of(), List.of(), why);
        };
    }
}
