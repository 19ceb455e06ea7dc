package dev.signet.train.loop;

import java.util.Locale;

/** The learning rate over a training run. */
public enum Schedule {
    /** Up in a straight line for the first quarter, down in a straight line to nothing: Smith 2018 (arXiv 1803.09820). */
    ONE_CYCLE {
        @Override
        double factor(double progress) {
            return progress < WARM ? Math.max(progress, 0) / WARM : (1 - progress) / (1 - WARM);
        }
    },
    /** Up for the first twentieth, down along a cosine: Loshchilov and Hutter 2017 (arXiv 1608.03983), without restarts. */
    COSINE {
        @Override
        double factor(double progress) {
            double down = (progress - BRIEF) / (1 - BRIEF);
            return progress < BRIEF ? Math.max(progress, 0) / BRIEF : (1 + StrictMath.cos(Math.PI * down)) / 2;
        }
    },
    /** Always the same. */
    CONSTANT {
        @Override
        double factor(double progress) {
            return 1;
        }
    };

    private static final double WARM = 0.25;
    private static final double BRIEF = 0.05;

    /**
     * The learning rate as a part of the highest.
     *
     * @param progress how much of the run is behind, 0..1
     */
    abstract double factor(double progress);

    /** As the command line has it: one-cycle, cosine, constant. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The schedule that the command line calls so.
     *
     * @throws IllegalArgumentException if {@code text} names none
     */
    public static Schedule parse(String text) {
        for (Schedule schedule : values()) {
            if (schedule.toString().equals(text)) {
                return schedule;
            }
        }
        throw new IllegalArgumentException("'%s' is no schedule: one-cycle, cosine or constant".formatted(text));
    }
}
