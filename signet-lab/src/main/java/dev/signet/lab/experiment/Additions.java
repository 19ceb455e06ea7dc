package dev.signet.lab.experiment;

import java.util.ArrayList;
import java.util.List;

/**
 * What is added to sign planes and coefficients, which are all that the article has.
 *
 * @param offset a constant term in each group
 * @param correction mean and deviation of every output channel matched
 */
public record Additions(boolean offset, boolean correction) {
    /** Nothing: the article's methods. */
    public static final Additions NONE = new Additions(false, false);

    /** Both: what {@code quantize} does where nothing is said. */
    public static final Additions BOTH = new Additions(true, true);

    /** What a method is compared with where nothing is said: greedy, refined and alternating are the article's. */
    static Additions usual(Scheme scheme) {
        return scheme.takesHeatMap() || !(scheme instanceof Scheme.Own) ? NONE : BOTH;
    }

    /** For people: " + offset + correction"; empty for none. */
    public String text() {
        List<String> words = new ArrayList<>(List.of(""));
        if (offset) {
            words.add("offset");
        }
        if (correction) {
            words.add("correction");
        }
        return String.join(" + ", words);
    }
}
