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
 * @param additions to the article's representation; none of baselines
 */
public record Way(Scheme scheme, @Nullable Importance importance, Grouping group, Additions additions) {
    /** What {@link #importanceText} says where nothing was said of the heat map. */
    public static final String DEFAULT = "default";

    /** A way with what is usual beside the method: nothing beside the article's, offset and correction beside Signet's own. */
    public Way(Scheme scheme, @Nullable Importance importance, Grouping group) {
        this(scheme, importance, group, Additions.usual(scheme));
    }

    /**
     * The same with a say on additions, which baselines have none of.
     *
     * @param offset whether there is a constant term; null for what is usual
     * @param correction whether outputs are corrected; null for what is usual
     */
    public Way with(@Nullable Boolean offset, @Nullable Boolean correction) {
        return scheme instanceof Scheme.Own
                ? new Way(
                        scheme,
                        importance,
                        group,
                        new Additions(
                                offset == null ? additions.offset() : offset,
                                correction == null ? additions.correction() : correction))
                : this;
    }

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
                scheme instanceof Scheme.Own ? group : new Grouping.Filter(),
                additions);
    }

    /** The name of the method alone, the same everywhere. */
    public String name() {
        if (scheme instanceof Scheme.Other) {
            return scheme.text();
        }
        if (!scheme.takesHeatMap()) {
            boolean usual = additions.equals(Additions.usual(scheme));
            return scheme.text() + (usual ? "" : additions.equals(Additions.NONE) ? ", bare" : additions.text());
        }
        boolean uniform = importance instanceof Importance.Uniform;
        boolean alternating = scheme instanceof Scheme.Own(Method method) && method == Method.ALTERNATING;
        if (alternating && additions.equals(Additions.NONE)) {
            return uniform ? "vanilla" : importanceText();
        }
        return scheme.text() + (uniform ? "" : " " + importanceText()) + additions.text();
    }

    /**
     * A short name. {@code vanilla} is the article's: alternating, a uniform heat map, no constant term and nothing corrected; {@code l1}
     * and {@code attention} the same with those heat maps. What is added to that has its own name.
     *
     * @param others what it is compared with: the group is named where nothing else differs
     */
    public String label(List<Way> others) {
        boolean groups = others.stream()
                .anyMatch(other -> other.name().equals(name()) && !other.group().equals(group));
        return groups && scheme instanceof Scheme.Own ? name() + " " + group.text() : name();
    }
}
