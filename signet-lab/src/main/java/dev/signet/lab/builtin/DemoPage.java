package dev.signet.lab.builtin;

import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.ExperimentResult;
import dev.signet.lab.experiment.Way;
import dev.signet.lab.image.Picture;
import dev.signet.lab.pipeline.TensorReport;
import dev.signet.lab.report.ExperimentPage;
import dev.signet.lab.report.ExperimentPart;
import dev.signet.lab.report.HtmlPage;
import dev.signet.lab.report.PictureComparison;
import dev.signet.lab.task.PictureTask;
import dev.signet.lab.task.SuperResolution;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

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
                TITLE, LEAD, results.stream().map(DemoPage::part).toList());
    }

    private static ExperimentPart part(ExperimentResult result) {
        Map<String, Double> original = new LinkedHashMap<>();
        result.original().forEach((metric, value) -> original.put(metric.key(), value));
        Map<String, String> conditions = new LinkedHashMap<>(result.task().conditions());
        conditions.put("images", "%d, drawn, held out".formatted(result.task().size()));
        conditions.put("vanilla, l1, attention", "alternating, no offset, nothing corrected");
        conditions.put("output-aware", "what quantize does where nothing is said");
        return new ExperimentPart(
                result.task().kind().text(),
                result.model().toString(),
                result.bytes(),
                original,
                result.cells(),
                conditions,
                layers(result),
                pictures(result),
                null);
    }

    /** The cells with the fewest bits: where the ways differ most. */
    private static SequencedMap<String, Cell> roughest(ExperimentResult result) {
        int bits = result.bits().getFirst();
        List<Way> ways = result.ways();
        SequencedMap<String, Cell> roughest = new LinkedHashMap<>();
        for (Way way : ways) {
            for (Cell cell : result.cells(way, bits)) {
                roughest.put("%s, %d bits".formatted(way.label(ways), bits), cell);
            }
        }
        return roughest;
    }

    private static SequencedMap<String, List<TensorReport>> layers(ExperimentResult result) {
        SequencedMap<String, List<TensorReport>> layers = new LinkedHashMap<>();
        roughest(result).forEach((label, cell) -> {
            if (cell.report() != null) {
                layers.put(label, cell.report().tensors());
            }
        });
        return layers;
    }

    private static List<PictureComparison> pictures(ExperimentResult result) {
        List<PictureComparison> comparisons = new ArrayList<>();
        if (!(result.task() instanceof PictureTask task)) {
            return comparisons;
        }
        for (int i = 0; i < result.pictures().size(); i++) {
            int index = i;
            SequencedMap<String, Picture> variants = new LinkedHashMap<>();
            roughest(result)
                    .forEach(
                            (label, cell) -> variants.put(label, cell.pictures().get(index)));
            comparisons.add(new PictureComparison(
                    task.name(i),
                    result.pictures().get(i),
                    variants,
                    task instanceof SuperResolution enlarging ? enlarging.target(i) : null));
        }
        return comparisons;
    }
}
