package dev.signet.report;

import dev.signet.lab.experiment.Cell;
import dev.signet.quantize.TensorReport;
import dev.signet.quantize.inspect.ModelSummary;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a page says of an experiment: one model on one task.
 *
 * @param task its name
 * @param model its file's name
 * @param bytes of the original's file
 * @param original the original's figures, by their names in JSON, the one to look at first in front; empty where they mean nothing
 *     because the original is what is compared with
 * @param cells what each setting gave
 * @param conditions what the figures depend on beside the settings, by name
 * @param layers what became of each tensor in some of the cells, by the cells' labels; may be empty
 * @param pictures what the networks made of some images; may be empty
 * @param summary of the original model, for the memory table, or null for none
 */
public record ExperimentPart(
        String task,
        String model,
        long bytes,
        Map<String, Double> original,
        List<Cell> cells,
        Map<String, String> conditions,
        SequencedMap<String, List<TensorReport>> layers,
        List<PictureComparison> pictures,
        @Nullable ModelSummary summary) {}
