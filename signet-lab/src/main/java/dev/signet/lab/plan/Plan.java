package dev.signet.lab.plan;

import dev.signet.core.Grouping;
import dev.signet.lab.experiment.Scheme;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.experiment.Way;
import dev.signet.quantize.MemoryBudget;
import dev.signet.quantize.solve.Importance;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Many models in many settings.
 *
 * @param models each with its task
 * @param methods of quantizing, baselines among them
 * @param bits planes, or bits of a code, 1..8
 * @param importances heat maps; a null for the method's own
 * @param groups which weights share coefficients
 * @param seeds of the samples
 * @param shard how many images are measured in one piece of work: a part of the question, as a network is run on whole batches and
 *     batches are not cut differently on another number of machines
 * @param memory that one cell may take, more for large models: a part of the question, too, as it limits the number of samples
 */
public record Plan(
        List<PlanModel> models,
        List<Scheme> methods,
        List<Integer> bits,
        List<@Nullable Importance> importances,
        List<Grouping> groups,
        List<Long> seeds,
        int shard,
        MemoryBudget memory) {
    /** Images in a shard, where a plan says nothing: some batches of a classifier. */
    public static final int USUAL_SHARD = 512;

    /** Memory of a cell, where a plan says nothing: what {@code experiment} gives each of the two that it works at. */
    public static final MemoryBudget USUAL_MEMORY = new MemoryBudget(2_000_000_000, false).share(2);

    /** The rows of the table: of each model the original, then methods x bits x heat maps x groups x seeds, the seeds changing fastest. */
    public List<PlanCell> cells() {
        List<PlanCell> cells = new ArrayList<>();
        for (PlanModel model : models) {
            cells.add(new PlanCell(model, null));
            for (Scheme method : methods) {
                for (int planes : bits) {
                    for (@Nullable Importance importance : importances) {
                        for (Grouping group : groups) {
                            for (long seed : seeds) {
                                cells.add(new PlanCell(
                                        model, new Setting(planes, new Way(method, importance, group), seed)));
                            }
                        }
                    }
                }
            }
        }
        // A method that has no choice of bits has one row.
        return cells.stream().distinct().toList();
    }

    /** The cells that have to be worked at: of those that give the same, one. */
    public List<PlanCell> work() {
        LinkedHashSet<PlanCell> work = new LinkedHashSet<>();
        cells().forEach(cell -> work.add(cell.essence()));
        return List.copyOf(work);
    }
}
