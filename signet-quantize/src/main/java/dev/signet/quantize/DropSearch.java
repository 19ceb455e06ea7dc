package dev.signet.quantize;

/**
 * Looks for the fewest decibels at which a user's metric still holds, in few evaluations: steps up until it holds and down until
 * it does not, then halves what lies between.
 */
final class DropSearch {
    private static final double START = 20;
    private static final double STEP = 6;

    /** Bits per layer differ little between less. */
    private static final double CLOSE = 1.5;

    /** Nothing is left of a network below, and nothing is lost above. */
    private static final double LEAST = 2;

    private static final double MOST = 62;

    private double holds = Double.POSITIVE_INFINITY;
    private double fails = Double.NEGATIVE_INFINITY;

    /** What to try next. */
    double next() {
        if (Double.isInfinite(fails)) {
            return Double.isInfinite(holds) ? START : Math.max(LEAST, holds - STEP);
        }
        return Double.isInfinite(holds) ? Math.min(MOST, fails + STEP) : (holds + fails) / 2;
    }

    /** What came out of a trial; more decibels never do worse. */
    void tried(double decibels, boolean good) {
        if (good) {
            holds = Math.min(holds, decibels);
        } else {
            fails = Math.max(fails, decibels);
        }
    }

    /** Whether more trials would change nothing that counts. */
    boolean isDone() {
        return holds - fails < CLOSE || holds <= LEAST || fails >= MOST;
    }
}
