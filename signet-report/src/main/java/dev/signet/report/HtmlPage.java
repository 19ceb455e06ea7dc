package dev.signet.report;

import dev.signet.quantize.SignetVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * One self-contained HTML page: works offline, light and dark, on a phone. Charts are drawn by Apache ECharts, whose script is
 * written into the page. The page's own policy lets a browser load nothing from anywhere and run the page's own scripts only:
 * names come from files that nobody vouches for.
 */
public final class HtmlPage {
    private static final String ECHARTS = "echarts.common.min.js";

    private final String title;
    private final String lead;
    private final List<Block> blocks = new ArrayList<>();
    private final List<String> foot = new ArrayList<>();

    /**
     * An empty page.
     *
     * @param title its heading
     * @param lead what it is about, in a sentence
     */
    public HtmlPage(String title, String lead) {
        this.title = title;
        this.lead = lead;
    }

    /** Adds blocks at the end. */
    public HtmlPage add(List<? extends Block> more) {
        blocks.addAll(more);
        return this;
    }

    /** Adds lines at the foot: how the page came about. */
    public HtmlPage foot(List<String> lines) {
        foot.addAll(lines);
        return this;
    }

    /** The whole page. */
    public String html() {
        var writer = new HtmlWriter();
        blocks.forEach(writer::write);
        List<String> scripts = new ArrayList<>();
        if (writer.hasCharts()) {
            scripts.add(PageParts.text(ECHARTS));
            scripts.add(PageParts.text("charts.js"));
        }
        if (writer.hasPictures()) {
            scripts.add(PageParts.text("compare.js"));
            scripts.add(PageParts.text("pictures.js"));
        }
        scripts.add(PageParts.text("page.js"));
        StringBuilder elements = new StringBuilder();
        StringBuilder hashes = new StringBuilder();
        for (String script : scripts) {
            elements.append("<script>").append(script).append("</script>\n");
            hashes.append(" 'sha256-").append(sha256(script)).append('\'');
        }
        String theme = PageParts.text("theme.js");
        hashes.append(" 'sha256-").append(sha256(theme)).append('\'');
        String page = PageParts.text("page.html");
        // Replaced one after the other from the back, so that nothing in the content is taken for a place-holder.
        page = insert(page, "<!--scripts-->", elements.toString());
        page = insert(page, "<!--foot-->", foot());
        page = insert(page, "<!--version-->", HtmlWriter.escape(SignetVersion.current()));
        page = insert(page, "<!--body-->", writer.html());
        page = insert(page, "<!--contents-->", writer.contents());
        page = insert(page, "<!--lead-->", HtmlWriter.escape(lead));
        page = insert(page, "<!--heading-->", HtmlWriter.escape(title));
        page = insert(page, "<!--theme-->", "<script>" + theme + "</script>");
        page = insert(
                page,
                "/*style*/",
                PageParts.text("page.css") + (writer.hasPictures() ? PageParts.text("compare.css") : ""));
        page = insert(page, "<!--title-->", HtmlWriter.escape(title));
        return insert(page, "<!--hashes-->", hashes.toString());
    }

    private String foot() {
        StringBuilder lines = new StringBuilder();
        foot.forEach(line -> lines.append("<br>").append(HtmlWriter.escape(line)));
        return lines.toString();
    }

    private static String insert(String page, String place, String content) {
        int at = page.indexOf(place);
        return page.substring(0, at) + content + page.substring(at + place.length());
    }

    private static String sha256(String script) {
        try {
            return Base64.getEncoder()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
