package dev.signet.quantize.sample;

/** What a network's layers are looked at with; decided before anything is solved. */
public sealed interface Calibration extends AutoCloseable {
    /** Samples that the network runs with. */
    sealed interface Seen extends Calibration {
        /** What layers are solved with. */
        CalibrationSamples samples();

        /** Others, that nothing is solved with. */
        CalibrationSamples heldOut();

        /** How often the network may be run on one sample to find something out: what takes longer is not worth it. */
        long runs();

        @Override
        default String description() {
            return samples().description();
        }

        @Override
        default void close() {
            samples().close();
            heldOut().close();
        }
    }

    /** The user's inputs. */
    record Images(CalibrationSamples samples, CalibrationSamples heldOut, long runs) implements Seen {
        @Override
        public double blend() {
            return Drawn.BLEND / 2;
        }
    }

    /** Inputs that were made up. */
    record Drawn(CalibrationSamples samples, CalibrationSamples heldOut, long runs) implements Seen {
        private static final double BLEND = 0.3;

        @Override
        public double blend() {
            return BLEND;
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
        public void close() {}
    }

    /** For people. */
    String description();

    /**
     * How far second moments of a layer's inputs are drawn to the part inside each input channel, 0 to 1: drawn inputs get the rest
     * wrong in detail.
     */
    double blend();

    @Override
    void close();
}
