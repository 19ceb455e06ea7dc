package dev.signet.report;

import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.ExperimentResult;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.experiment.Way;
import dev.signet.lab.task.PictureTask;
import dev.signet.lab.task.SuperResolution;
import dev.signet.quantize.TensorReport;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.inspect.ModelSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An experiment's result with what a page shows of it beside the figures: layers and pictures of the cells where the ways differ
 * most.
 *
 * @param result all figures
 * @param conditions what the figures depend on beside the settings, by name
 * @param layers what became of each tensor in some of the cells, by the cells' labels; may be empty
 * @param pictures what the networks made of some images; may be empty
 * @param summary of the original model, for the memory table, or null for none
 */
public record ExperimentDetails(
        ExperimentResult result,
        Map<String, String> conditions,
        SequencedMap<String, List<TensorReport>> layers,
        List<PictureComparison> pictures,
        @Nullable ModelSummary summary) {
    /** Of how many pictures an experiment's page shows what became. */
    public static final int PICTURES = 3;

    /**
     * The cells whose layers and pictures are shown: those with the fewest bits, of the first seed.
     *
     * @param settings all of the experiment
     */
    public static Predicate<Setting> shown(List<Setting> settings) {
        int bits = settings.stream().mapToInt(Setting::bits).min().orElse(0);
        long seed = settings.stream().mapToLong(Setting::seed).findFirst().orElse(0);
        return setting -> setting.bits() == bits && setting.seed() == seed;
    }

    /**
     * A result with its details.
     *
     * @param conditions what the figures depend on beside the task, by name
     * @param summary of the original model, for the memory table, or null for none
     */
    public static ExperimentDetails of(
            ExperimentResult result, Map<String, String> conditions, @Nullable ModelSummary summary) {
        Map<String, String> all = new LinkedHashMap<>(result.task().conditions());
        all.putAll(conditions);
        SequencedMap<String, Cell> shown = shown(result);
        return new ExperimentDetails(result, all, layers(shown), pictures(result, shown), summary);
    }

    /** The task's name. */
    String task() {
        return result.task().kind().text();
    }

    /** The model's file name. */
    String model() {
        return String.valueOf(result.model().getFileName());
    }

    private static SequencedMap<String, Cell> shown(ExperimentResult result) {
        List<Way> ways = result.ways();
        Predicate<Setting> shown =
                shown(result.cells().stream().map(Cell::setting).toList());
        SequencedMap<String, Cell> cells = new LinkedHashMap<>();
        for (Cell cell : result.cells()) {
            if (shown.test(cell.setting())) {
                Way way = cell.setting().way().essence();
                cells.putIfAbsent(
                        String.format(
                                Locale.ROOT,
                                "%s, %d bits",
                                way.label(ways),
                                cell.setting().bits()),
                        cell);
            }
        }
        return cells;
    }

    private static SequencedMap<String, List<TensorReport>> layers(SequencedMap<String, Cell> shown) {
        SequencedMap<String, List<TensorReport>> layers = new LinkedHashMap<>();
        shown.forEach((label, cell) -> {
            if (cell.report() != null) {
                layers.put(label, cell.report().tensors());
            }
        });
        return layers;
    }

    private static List<PictureComparison> pictures(ExperimentResult result, SequencedMap<String, Cell> shown) {
        List<PictureComparison> comparisons = new ArrayList<>();
        if (!(result.task() instanceof PictureTask task)) {
            return comparisons;
        }
        for (int i = 0; i < result.pictures().size(); i++) {
            int index = i;
            SequencedMap<String, Picture> variants = new LinkedHashMap<>();
            shown.forEach((label, cell) -> {
                if (index < cell.pictures().size()) {
                    variants.put(label, cell.pictures().get(index));
                }
            });
            comparisons.add(new PictureComparison(
                    task.name(i),
                    result.pictures().get(i),
                    variants,
                    task instanceof SuperResolution enlarging ? enlarging.target(i) : null));
        }
        return comparisons;
    }
}
