package dev.signet.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlPageTest {
    @Test
    void nothingFromAModelBecomesMarkup() {
        String evil = "</script><script>alert(1)</script><img src=x onerror='alert(2)'>\"<!--body-->";
        String html = new HtmlPage(evil, evil)
                .add(List.of(
                        new Block.Section(
                                evil,
                                List.of(
                                        new Block.Text(evil),
                                        new Block.Notes(List.of(evil)),
                                        new Block.KeyFigures(List.of(new Block.KeyFigure(evil, evil, evil))),
                                        Table.of(evil, List.of(evil), List.of(List.of(evil))))),
                        new Block.Section(evil, List.of()),
                        new Block.Fold(evil, List.of()),
                        new Chart(
                                evil,
                                List.of(new Chart.View(
                                        evil,
                                        JsonNodeFactory.instance.objectNode().put("name", evil))),
                                Chart.Size.SMALL)))
                .html();
        assertThat(html).doesNotContain("<script>alert").doesNotContain("<img src=x");
        assertThat(html).contains("\\u003c/script>", "&lt;img src=x onerror=&#39;alert(2)&#39;&gt;&quot;");
    }

    @Test
    void aPageHoldsAllThatItNeeds() {
        String html = new HtmlPage("title", "lead")
                .add(List.of(Chart.of("c", JsonNodeFactory.instance.objectNode(), Chart.Size.WIDE)))
                .html();
        assertThat(html).contains("echarts", "default-src 'none'").doesNotContainPattern("(src|href)=\"(https?:)?//");
        assertThat(new HtmlPage("title", "no chart").html().length()).isLessThan(30_000);
    }
}
