package dev.signet.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A chart, in one view or several to choose from.
 *
 * @param caption what it shows, for people and for screen readers
 * @param views at least one
 * @param size how much room it takes
 */
public record Chart(String caption, List<View> views, Size size) implements Block {
    /**
     * A view.
     *
     * @param label what distinguishes it from the other views
     * @param option ECharts' option object, data only: colours and number formats come from the page ({@code unit} in an axis or a
     *     series names a format)
     */
    public record View(String label, ObjectNode option) {}

    /** How high a chart is. */
    public enum Size {
        /** One of many in a grid. */
        SMALL,
        /** The page's whole width. */
        WIDE,
        /** The page's whole width, several rows. */
        TALL
    }

    /** A chart with one view. */
    public static Chart of(String caption, ObjectNode option, Size size) {
        return new Chart(caption, List.of(new View("", option)), size);
    }
}
