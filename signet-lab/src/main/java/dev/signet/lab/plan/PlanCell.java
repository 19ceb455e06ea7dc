package dev.signet.lab.plan;

import dev.signet.lab.experiment.Setting;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table: a model in a setting.
 *
 * @param model the model
 * @param setting how it is quantized; null for the original as it is
 */
public record PlanCell(PlanModel model, @Nullable Setting setting) {
    /** The cell without what makes no difference: equal for cells that give the same. */
    PlanCell essence() {
        return setting == null ? this : new PlanCell(model, setting.essence());
    }

    /** A short name for progress and messages. */
    public String text() {
        return setting == null
                ? model.name() + ", original"
                : String.join(
                        ", ",
                        model.name(),
                        setting.way().scheme().text()
                                + setting.way().additions().text(),
                        setting.bits() + " bits",
                        setting.way().importanceText(),
                        setting.way().group().text(),
                        "seed " + setting.seed());
    }
}
