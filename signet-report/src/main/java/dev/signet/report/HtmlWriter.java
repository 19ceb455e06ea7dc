package dev.signet.report;

import dev.signet.quantize.image.Picture;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Blocks as HTML. The only place where text becomes markup: all of it goes through {@link #escape}. */
final class HtmlWriter {
    private static final Pattern FIGURE =
            Pattern.compile("-|[-+<>−∞]?[0-9∞][0-9.,e+-]*( ?[%a-zA-Z]{1,5})?( \\([-+−0-9.,e%∞ ]*\\))?");

    /** Shorter texts stay on one line. */
    private static final int LONGEST_UNBROKEN = 24;

    private final StringBuilder html = new StringBuilder();
    private final StringBuilder contents = new StringBuilder();
    private int depth = 1;
    private int sections;
    private boolean charts;
    private boolean pictures;

    void write(Block block) {
        switch (block) {
            case Block.Section section -> section(section);
            case Block.Text(String text) -> element("p", text);
            case Block.Notes(List<String> notes) -> notes(notes);
            case Block.Verdict verdict -> verdict(verdict);
            case Block.KeyFigures(List<Block.KeyFigure> figures) -> keyFigures(figures);
            case Block.Grid(List<? extends Block> blocks) -> {
                html.append("<div class=\"grid\">\n");
                blocks.forEach(this::write);
                html.append("</div>\n");
            }
            case Block.Fold(String summary, List<Block> blocks) -> {
                html.append("<details>");
                element("summary", summary);
                blocks.forEach(this::write);
                html.append("</details>\n");
            }
            case Table table -> table(table);
            case Chart chart -> chart(chart);
            case HeatPicture heat -> heat(heat);
            case PictureBlock picture -> pictures(picture);
        }
    }

    String html() {
        return html.toString();
    }

    /** Links to the sections. */
    String contents() {
        return sections < 2 ? "" : "<nav aria-label=\"Contents\"><ul>" + contents + "</ul></nav>";
    }

    boolean hasCharts() {
        return charts;
    }

    boolean hasPictures() {
        return pictures;
    }

    private void section(Block.Section section) {
        depth = Math.min(depth + 1, 4);
        String id = "";
        if (depth == 2) {
            sections++;
            id = " id=\"s" + sections + "\"";
            contents.append("<li><a href=\"#s").append(sections).append("\">");
            contents.append(escape(section.title())).append("</a></li>");
        }
        html.append("<section").append(id).append('>');
        element("h" + depth, section.title());
        section.blocks().forEach(this::write);
        html.append("</section>\n");
        depth--;
    }

    private void element(String tag, String text) {
        html.append('<').append(tag).append('>').append(escape(text));
        html.append("</").append(tag).append(">\n");
    }

    private void notes(List<String> notes) {
        if (notes.isEmpty()) {
            return;
        }
        html.append("<ul class=\"notes\">");
        notes.forEach(note -> element("li", note));
        html.append("</ul>\n");
    }

    private void verdict(Block.Verdict verdict) {
        html.append("<div class=\"verdict ").append(escape(verdict.level())).append("\">");
        element("p", verdict.text());
        if (!verdict.advice().isEmpty()) {
            element("p", verdict.advice());
        }
        if (!verdict.command().isEmpty()) {
            html.append("<div class=\"command\"><code tabindex=\"0\">").append(escape(verdict.command()));
            html.append("</code><button type=\"button\" data-copy hidden>Copy</button></div>");
        }
        html.append("</div>\n");
    }

    private void keyFigures(List<Block.KeyFigure> figures) {
        html.append("<dl class=\"key-figures\">");
        for (Block.KeyFigure figure : figures) {
            html.append("<div>");
            element("dt", figure.label());
            html.append("<dd><strong>").append(escape(figure.value())).append("</strong>");
            if (!figure.comment().isEmpty()) {
                html.append("<span>").append(escape(figure.comment())).append("</span>");
            }
            html.append("</dd></div>\n");
        }
        html.append("</dl>\n");
    }

    private void table(Table table) {
        String caption = escape(table.caption());
        html.append("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(caption)
                .append("\"><table>");
        html.append("<caption>").append(caption).append("</caption><thead><tr>");
        for (int column = 0; column < table.header().size(); column++) {
            html.append(figures(table, column) ? "<th scope=\"col\" class=\"figure\">" : "<th scope=\"col\">");
            html.append(escape(table.header().get(column))).append("</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
        for (List<Table.Cell> row : table.rows()) {
            html.append("<tr>");
            row.forEach(this::cell);
            html.append("</tr>\n");
        }
        html.append("</tbody></table></div>\n");
    }

    private static boolean figures(Table table, int column) {
        return table.rows().stream()
                                .filter(row ->
                                        FIGURE.matcher(row.get(column).text()).matches())
                                .count()
                        * 2
                > table.rows().size();
    }

    private void cell(Table.Cell cell) {
        String kind = FIGURE.matcher(cell.text()).matches()
                ? "figure"
                : cell.text().length() <= LONGEST_UNBROKEN ? "brief" : "";
        kind = cell.best() ? (kind + " best").strip() : kind;
        html.append("<td");
        if (!kind.isEmpty()) {
            html.append(" class=\"").append(kind).append('"');
        }
        if (cell.share() > 0) {
            html.append(String.format(Locale.ROOT, " style=\"--share:%.1f%%\"", 100 * Math.min(1, cell.share())));
        }
        html.append('>').append(escape(cell.text()));
        if (!cell.small().isEmpty()) {
            html.append("<small>").append(escape(cell.small())).append("</small>");
        }
        html.append("</td>");
    }

    private void chart(Chart chart) {
        charts = true;
        String caption = escape(chart.caption());
        html.append("<figure class=\"chart ")
                .append(chart.size().name().toLowerCase(Locale.ROOT))
                .append("\"><figcaption>");
        html.append(caption).append("</figcaption><div class=\"canvas\" role=\"img\" aria-label=\"");
        html.append(caption).append("\"></div>");
        for (Chart.View view : chart.views()) {
            html.append("<script type=\"application/json\" data-label=\"")
                    .append(escape(view.label()))
                    .append("\">");
            // Inside a script element only "<" could end it.
            html.append(view.option().toString().replace("<", "\\u003c")).append("</script>");
        }
        html.append("</figure>\n");
    }

    private void heat(HeatPicture heat) {
        String caption = escape(heat.caption());
        html.append("<figure class=\"heat\"><img loading=\"lazy\" src=\"").append(ImageData.of(heat.grid()));
        html.append("\" width=\"")
                .append(heat.grid().columns())
                .append("\" height=\"")
                .append(heat.grid().rows());
        html.append("\" alt=\"Heat map of ")
                .append(caption)
                .append("\"><figcaption>")
                .append(caption);
        html.append(String.format(
                Locale.ROOT,
                "<small>%.3g to %.3g</small></figcaption></figure>%n",
                heat.grid().smallest(),
                heat.grid().largest()));
    }

    private void pictures(PictureBlock block) {
        pictures = true;
        PictureComparison all = block.comparison();
        html.append("<figure class=\"pictures\"><figcaption><b>")
                .append(escape(all.name()))
                .append("</b> <span>");
        html.append(escape(block.comment())).append("</span></figcaption><div class=\"panes\">\n");
        if (all.target() != null) {
            pane(all.name(), "the picture to be matched", "", all.target(), "target", false);
        }
        pane(all.name(), "original network", "fp32 weights", all.original(), "original", false);
        String winner = winner(all);
        all.variants().forEach((label, picture) -> {
            double decibels = PictureBlock.decibels(all.original(), picture);
            String comment = Double.isInfinite(decibels)
                    ? "equal to the original's"
                    : String.format(Locale.ROOT, "%.1f dB from the original's", decibels);
            pane(all.name(), label, comment, picture, "variant", label.equals(winner));
        });
        html.append("</div></figure>\n");
    }

    /** The variant that is closest to the original. */
    private static String winner(PictureComparison all) {
        return all.variants().entrySet().stream()
                .max(Comparator.comparingDouble(variant -> PictureBlock.decibels(all.original(), variant.getValue())))
                .map(Map.Entry::getKey)
                .orElse("");
    }

    private void pane(String name, String label, String comment, Picture picture, String kind, boolean winner) {
        html.append("<div class=\"pane\" data-kind=\"").append(kind);
        html.append(winner ? "\" data-winner" : "\"")
                .append("><div class=\"view\"><img src=\"")
                .append(ImageData.of(picture))
                .append("\" width=\"");
        html.append(picture.width())
                .append("\" height=\"")
                .append(picture.height())
                .append("\" alt=\"");
        html.append(escape(name + ": " + label))
                .append("\"></div><p><b>")
                .append(escape(label))
                .append("</b><small>");
        html.append(escape(comment)).append("</small></p></div>\n");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
