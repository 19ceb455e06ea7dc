package dev.signet.lab.report;

import dev.signet.lab.builtin.BuiltInModel;
import dev.signet.lab.builtin.DemoResult;
import dev.signet.lab.builtin.DemoWay;
import dev.signet.lab.task.Metric;
import dev.signet.lab.task.TaskKind;
import java.util.ArrayList;
import java.util.List;

/** The page of {@code signet demo}. */
public final class DemoPage {
    /** The page's title. */
    public static final String TITLE = "Signet demo";

    private DemoPage() {}

    /** The page of a run. */
    public static HtmlPage of(List<DemoResult> results) {
        HtmlPage page = new HtmlPage(TITLE)
                .paragraph("Three small networks come with Signet, trained on pictures that it draws itself. Here each is"
                        + " quantized in three ways, with no data, and evaluated on drawn pictures that it has never seen.")
                .paragraph("Vanilla: alternating minimization with all weights alike. Weighted: the same, where large weights"
                        + " count more. Signet's default: the error of each layer's output is minimized, layer after layer, on"
                        + " images made without data.");
        results.forEach(result -> add(page, result));
        return page;
    }

    private static void add(HtmlPage page, DemoResult result) {
        Metric metric = result.kind() == TaskKind.CLASSIFICATION ? Metric.TOP1 : Metric.PSNR;
        page.heading(result.model().text())
                .paragraph(about(result.model()) + " Evaluated on %s.".formatted(result.data()))
                .table(result.header(), result.rows())
                .chart(
                        "%s at each number of bits".formatted(metric.label()),
                        Charts.bars(
                                result.bits().stream().map("%d bits"::formatted).toList(),
                                series(result, metric),
                                metric.label()),
                        true);
        for (DemoResult.Strip strip : result.pictures()) {
            page.pictures(strip.shown().stream()
                    .map(shown -> new HtmlPage.Captioned(shown.caption(), shown.picture()))
                    .toList());
        }
    }

    private static String about(BuiltInModel model) {
        return switch (model) {
            case FIGURES -> "A ResNet tells ten figures apart.";
            case ENLARGING -> "A residual network makes pictures twice as large; PSNR and SSIM compare its luma with the large picture's.";
            case GLASS ->
                "A network paints pictures as stained glass; PSNR and SSIM compare what it paints with what the original paints.";
        };
    }

    private static List<Charts.Series> series(DemoResult result, Metric metric) {
        List<Charts.Series> series = new ArrayList<>();
        Double original = result.original().get(metric.key());
        if (original != null) {
            series.add(new Charts.Series(
                    "original", result.bits().stream().map(bits -> original).toList()));
        }
        for (DemoWay way : DemoWay.values()) {
            series.add(new Charts.Series(
                    way.text(),
                    result.trials().stream()
                            .filter(trial -> trial.way() == way)
                            .map(trial -> trial.cell().metrics().getOrDefault(metric.key(), Double.NaN))
                            .toList()));
        }
        return series;
    }
}
