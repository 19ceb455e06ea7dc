package dev.signet.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One self-contained HTML page: works offline, light and dark, on a phone. Charts are drawn by Apache ECharts, whose script is
 * written into the page.
 */
public final class HtmlPage {
    private static final String ECHARTS = resource("echarts.path").strip();

    private final String title;
    private final StringBuilder body = new StringBuilder();
    private boolean charts;

    /** An empty page. */
    public HtmlPage(String title) {
        this.title = title;
    }

    /** A section begins. */
    public HtmlPage heading(String text) {
        body.append("<h2>").append(escape(text)).append("</h2>\n");
        return this;
    }

    /** A paragraph of plain text. */
    public HtmlPage paragraph(String text) {
        body.append("<p>").append(escape(text)).append("</p>\n");
        return this;
    }

    /** A table; cells that look like figures stand right. */
    public HtmlPage table(List<String> header, List<List<String>> rows) {
        body.append("<div class=\"wide\"><table><thead><tr>");
        header.forEach(cell -> body.append("<th>").append(escape(cell)).append("</th>"));
        body.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            body.append("<tr>");
            for (String cell : row) {
                boolean figure = cell.matches("-|[-+<>]?[0-9][0-9.,e+-]*( ?[%a-zA-Z]{1,5})?");
                body.append(figure ? "<td class=\"figure\">" : "<td>")
                        .append(escape(cell))
                        .append("</td>");
            }
            body.append("</tr>\n");
        }
        body.append("</tbody></table></div>\n");
        return this;
    }

    /**
     * A chart.
     *
     * @param caption what it shows, for people and for screen readers
     * @param option ECharts' option object, data only
     * @param wide whether it takes the page's whole width; others stand side by side
     */
    public HtmlPage chart(String caption, JsonNode option, boolean wide) {
        charts = true;
        body.append(wide ? "<figure class=\"chart wide-chart\">" : "<figure class=\"chart\">")
                .append("<figcaption>")
                .append(escape(caption))
                .append("</figcaption><div class=\"canvas\" role=\"img\" aria-label=\"")
                .append(escape(caption))
                .append("\"></div><script type=\"application/json\">")
                // Inside a script element only "<" could end it.
                .append(option.toString().replace("<", "\\u003c"))
                .append("</script></figure>\n");
        return this;
    }

    /** The whole page. */
    public String html() {
        String page = resource("page.html");
        // Replaced one after the other from the back, so that nothing in the content is taken for a place-holder.
        page = insert(page, "<!--scripts-->", charts ? scripts() : "");
        page = insert(page, "<!--body-->", body.toString());
        page = insert(page, "<!--heading-->", escape(title));
        return insert(page, "<!--title-->", escape(title));
    }

    private static String insert(String page, String place, String content) {
        int at = page.indexOf(place);
        return page.substring(0, at) + content + page.substring(at + place.length());
    }

    private static String scripts() {
        return "<script>" + resource(ECHARTS) + "</script>\n<script>" + resource("charts.js") + "</script>";
    }

    private static String resource(String name) {
        try (InputStream stream = HtmlPage.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is missing from the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
