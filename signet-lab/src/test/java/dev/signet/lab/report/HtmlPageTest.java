package dev.signet.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlPageTest {
    @Test
    void nothingFromAModelBecomesMarkup() {
        String evil = "</script><script>alert(1)</script><!--body-->";
        String html = new HtmlPage(evil)
                .heading(evil)
                .paragraph(evil)
                .table(List.of(evil), List.of(List.of(evil)))
                .chart(evil, JsonNodeFactory.instance.objectNode().put("name", evil), false)
                .html();
        assertThat(html).doesNotContain("<script>alert");
        assertThat(html).contains("\\u003c/script>");
    }

    @Test
    void aPageHoldsAllThatItNeeds() {
        String html = new HtmlPage("title")
                .chart("c", JsonNodeFactory.instance.objectNode(), true)
                .html();
        assertThat(html).contains("echarts").doesNotContainPattern("(src|href)=\"(https?:)?//");
        assertThat(new HtmlPage("title").paragraph("no chart").html().length()).isLessThan(10_000);
    }
}
