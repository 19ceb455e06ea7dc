package dev.signet.core.heatmap;

/**
 * The 2^b values {@code z +- a_1 ... +- a_b} in rising order, the code of each, and the thresholds halfway between neighbours.
 * A weight on a threshold belongs to the lower level. One object is refilled for each new set of coefficients.
 */
public final class Levels {
    private final double[] values;
    private final byte[] codes;
    private final float[] thresholds;
    private final double[] mergedValues;
    private final byte[] mergedCodes;

    public Levels(int bits) {
        int count = 1 << bits;
        values = new double[count];
        codes = new byte[count];
        thresholds = new float[count - 1];
        mergedValues = new double[count];
        mergedCodes = new byte[count];
    }

    /**
     * Computes the levels.
     *
     * @param coefficients none negative
     */
    public void set(double[] coefficients, double offset) {
        double lowest = offset;
        for (double a : coefficients) {
            lowest -= a;
        }
        values[0] = lowest;
        codes[0] = 0;
        int count = 1;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            mergeRaised(count, 2 * coefficients[i], 1 << i);
            count *= 2;
        }
        for (int k = 0; k < thresholds.length; k++) {
            thresholds[k] = roundDown((values[k] + values[k + 1]) / 2);
        }
    }

    /** Merges the first {@code count} levels with the same ones raised by {@code step}; on a tie the lower one goes first. */
    private void mergeRaised(int count, double step, int bit) {
        int low = 0;
        int high = 0;
        for (int k = 0; k < 2 * count; k++) {
            if (low < count && values[low] <= values[high] + step) {
                mergedValues[k] = values[low];
                mergedCodes[k] = codes[low++];
            } else {
                mergedValues[k] = values[high] + step;
                mergedCodes[k] = (byte) (codes[high++] | bit);
            }
        }
        System.arraycopy(mergedValues, 0, values, 0, 2 * count);
        System.arraycopy(mergedCodes, 0, codes, 0, 2 * count);
    }

    /** The largest float that is not above {@code x}: an fp32 weight is above the one exactly when it is above the other. */
    private static float roundDown(double x) {
        float rounded = (float) x;
        return rounded > x ? Math.nextDown(rounded) : rounded;
    }

    /** The rank of the level nearest to {@code value}; fast if it is near {@code guess}. */
    public int rank(float value, int guess) {
        int rank = guess;
        while (rank > 0 && !(value > thresholds[rank - 1])) {
            rank--;
        }
        while (rank < thresholds.length && value > thresholds[rank]) {
            rank++;
        }
        return rank;
    }

    /** The rank of each code. */
    public byte[] ranks() {
        byte[] ranks = new byte[codes.length];
        for (int k = 0; k < codes.length; k++) {
            ranks[codes[k] & 0xff] = (byte) k;
        }
        return ranks;
    }

    /** Number of levels. */
    int count() {
        return values.length;
    }

    /** The levels, rising. */
    public double[] values() {
        return values;
    }

    /** The code of each level, in the order of {@link #values}. */
    public byte[] codes() {
        return codes;
    }

    /** For fp32 weights: {@code w} belongs to a level above threshold k exactly when {@code w > thresholds[k]}. */
    float[] thresholds() {
        return thresholds;
    }
}
