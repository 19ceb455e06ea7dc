package dev.signet.train.loop;

import java.time.Duration;

/** How long steps take, and how long the rest will. */
final class StepClock {
    /** Weight of the past in the running mean: some fifty steps. */
    private static final double PAST = 0.98;

    private final TrainingPlan plan;
    private final Objective objective;
    private double weight;
    private double secondsPerCost;

    StepClock(TrainingPlan plan, Objective objective) {
        this.plan = plan;
        this.objective = objective;
    }

    void took(Duration time, int epoch) {
        weight = PAST * weight + 1;
        secondsPerCost += (time.toNanos() / 1e9 / objective.cost(epoch) - secondsPerCost) / weight;
    }

    /** Seconds of a step, from the last ones. */
    double mean(int epoch) {
        return secondsPerCost * objective.cost(epoch);
    }

    /** Seconds for all that is left, without evaluation. */
    double left(int epoch, int step) {
        double cost = -step * objective.cost(epoch);
        for (int e = epoch; e < plan.epochs(); e++) {
            cost += objective.steps(e) * objective.cost(e);
        }
        return cost * secondsPerCost;
    }
}
