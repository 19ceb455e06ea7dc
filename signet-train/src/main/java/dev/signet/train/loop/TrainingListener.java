package dev.signet.train.loop;

/** Is told how training goes. */
public interface TrainingListener {
    /** Hears nothing. */
    TrainingListener NONE = new TrainingListener() {
        @Override
        public void step(StepReport report) {}

        @Override
        public void epoch(EpochReport report) {}
    };

    /** A step is done. */
    void step(StepReport report);

    /** An epoch is done, and the network was evaluated. */
    void epoch(EpochReport report);

    /**
     * A step.
     *
     * @param epoch from 0
     * @param step in this epoch, from 0
     * @param steps in this epoch
     * @param loss mean over the steps of this epoch so far
     * @param rate the learning rate
     * @param seconds of one step, mean over this session
     * @param secondsLeft until all epochs are done, as far as can be told
     */
    record StepReport(int epoch, int step, int steps, double loss, double rate, double seconds, double secondsLeft) {}
}
