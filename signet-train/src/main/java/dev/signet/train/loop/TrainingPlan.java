package dev.signet.train.loop;

/**
 * How a network is trained.
 *
 * @param epochs how often all data are seen
 * @param schedule the learning rate over the run
 * @param rate the highest learning rate
 * @param recipe everything that decides what comes out, as text: only a run of the same recipe can be gone on with
 */
public record TrainingPlan(int epochs, Schedule schedule, double rate, String recipe) {
    /** @throws IllegalArgumentException if there is no epoch, or the rate is not positive */
    public TrainingPlan {
        if (epochs < 1 || !(rate > 0)) {
            throw new IllegalArgumentException("training needs at least one epoch and a positive rate");
        }
    }
}
