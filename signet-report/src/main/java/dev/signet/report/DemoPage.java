package dev.signet.report;

import dev.signet.lab.experiment.ExperimentResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The page of {@code signet demo}: an experiment for each built-in model. */
public final class DemoPage {
    /** The page's title. */
    public static final String TITLE = "Signet demo";

    private static final String LEAD =
            "Three small networks, trained on pictures that Signet draws, quantized without data in"
                    + " several ways and evaluated on drawn pictures that they have never seen.";

    private DemoPage() {}

    /** The page of a run. */
    public static HtmlPage of(List<ExperimentResult> results) {
        return ExperimentPage.of(
                TITLE, LEAD, results.stream().map(DemoPage::details).toList());
    }

    private static ExperimentDetails details(ExperimentResult result) {
        Map<String, String> conditions = new LinkedHashMap<>();
        conditions.put(
                "images",
                String.format(Locale.ROOT, "%d, drawn, held out", result.task().size()));
        conditions.put("vanilla, l1, attention", "alternating, no offset, nothing corrected");
        conditions.put("output-aware", "what quantize does where nothing is said");
        return ExperimentDetails.of(result, conditions, null);
    }
}
