package dev.signet.quantize.sample;

import org.jspecify.annotations.Nullable;

/** What a network's layers are looked at with; decided before anything is solved. */
public sealed interface Calibration extends AutoCloseable {
    /**
     * The user's inputs.
     *
     * @param heldOut others, that nothing is solved with
     */
    record Images(CalibrationSamples samples, CalibrationSamples heldOut) implements Calibration {
        @Override
        public String description() {
            return samples.description();
        }

        @Override
        public double blend() {
            return Drawn.BLEND / 2;
        }

        @Override
        public void close() {
            samples.close();
            heldOut.close();
        }
    }

    /**
     * Inputs that were made up.
     *
     * @param heldOut others, that nothing is solved with
     */
    record Drawn(CalibrationSamples samples, CalibrationSamples heldOut) implements Calibration {
        private static final double BLEND = 0.3;

        @Override
        public String description() {
            return samples.description();
        }

        @Override
        public double blend() {
            return BLEND;
        }

        @Override
        public void close() {
            samples.close();
            heldOut.close();
        }
    }

    /** The network can not be looked at. */
    record None(String reason) implements Calibration {
        @Override
        public String description() {
            return "none";
        }

        @Override
        public double blend() {
            return 1;
        }

        @Override
        public @Nullable CalibrationSamples heldOut() {
            return null;
        }

        @Override
        public void close() {}
    }

    /** For people. */
    String description();

    /**
     * How far second moments of a layer's inputs are drawn to the part inside each input channel, 0 to 1: drawn inputs get the rest
     * wrong in detail.
     */
    double blend();

    /** Samples that nothing is solved with; null where there are none. */
    @Nullable
    CalibrationSamples heldOut();

    @Override
    void close();
}
