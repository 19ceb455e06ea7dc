package dev.signet.lab.experiment;

import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.quantize.solve.Importance;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How weights are quantized, whatever the number of bits: what a comparison has a column for.
 *
 * @param scheme the method
 * @param importance the heat map, without effect where the method takes none; null where nothing was said of it
 * @param group which weights share coefficients; baselines have one scale for each filter
 */
public record Way(Scheme scheme, @Nullable Importance importance, Grouping group) {
    /** What {@link #importanceText} says where nothing was said of the heat map. */
    public static final String DEFAULT = "default";

    /** What {@code quantize} does where nothing is said. */
    public static Way usual(Grouping group) {
        return new Way(new Scheme.Own(Method.OUTPUT_AWARE), null, group);
    }

    /** All combinations. */
    public static List<Way> all(List<Scheme> schemes, List<Importance> importances, List<Grouping> groups) {
        List<Way> ways = new ArrayList<>();
        for (Scheme scheme : schemes) {
            for (Importance importance : importances) {
                for (Grouping group : groups) {
                    ways.add(new Way(scheme, importance, group));
                }
            }
        }
        return ways;
    }

    /** The heat map as the command line and JSON have it. */
    public String importanceText() {
        return importance == null ? DEFAULT : importance.text();
    }

    /** The way without what makes no difference: equal for ways that give the same results. */
    public Way essence() {
        return new Way(
                scheme,
                scheme.takesHeatMap() ? importance : null,
                scheme instanceof Scheme.Own ? group : new Grouping.Filter());
    }

    /**
     * A short name: {@code vanilla} is a uniform heat map.
     *
     * @param others what it is compared with: method and group are named where they differ
     */
    public String label(List<Way> others) {
        if (scheme instanceof Scheme.Other) {
            return scheme.text();
        }
        List<String> words = new ArrayList<>();
        if (!scheme.takesHeatMap()) {
            words.add(scheme.text());
        } else {
            words.add(importance instanceof Importance.Uniform ? "vanilla" : importanceText());
            if (others.stream()
                            .map(Way::scheme)
                            .filter(Scheme::takesHeatMap)
                            .distinct()
                            .count()
                    > 1) {
                words.add(scheme.text());
            }
        }
        if (others.stream()
                        .filter(other -> other.scheme instanceof Scheme.Own)
                        .map(Way::group)
                        .distinct()
                        .count()
                > 1) {
            words.add(group.text());
        }
        return String.join(" ", words);
    }
}
