package dev.signet.engine.product;

/**
 * Weights, and their panels where they are at hand.
 *
 * @param rows the weights
 * @param panels all panels ({@link Panels#of}), or empty: they are then made on the way
 */
record WeightPanels(WeightRows rows, float[] panels) {
    private static final float[] NONE = {};

    /** Weights whose panels are made on the way. */
    static WeightPanels onTheWay(WeightRows rows) {
        return new WeightPanels(rows, NONE);
    }
}
