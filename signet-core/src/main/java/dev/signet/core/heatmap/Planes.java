package dev.signet.core.heatmap;

/** Brings codes into the standard form: coefficients never negative (a negative one flips its plane) and falling. */
public final class Planes {
    private Planes() {}

    /** Makes {@code coefficients} non-negative and falling, and changes {@code codes} so that every weight keeps its value. */
    public static void standardize(double[] coefficients, byte[] codes) {
        int bits = coefficients.length;
        int flipped = 0;
        for (int i = 0; i < bits; i++) {
            if (coefficients[i] < 0) {
                coefficients[i] = -coefficients[i];
                flipped |= 1 << i;
            }
        }
        int[] order = fallingOrder(coefficients);
        double[] old = coefficients.clone();
        boolean moved = false;
        for (int i = 0; i < bits; i++) {
            coefficients[i] = old[order[i]] + 0.0;
            moved |= order[i] != i;
        }
        if (flipped == 0 && !moved) {
            return;
        }
        byte[] changed = new byte[1 << bits];
        for (int code = 0; code < changed.length; code++) {
            for (int i = 0; i < bits; i++) {
                changed[code] |= (byte) (((code ^ flipped) >>> order[i] & 1) << i);
            }
        }
        for (int j = 0; j < codes.length; j++) {
            codes[j] = changed[codes[j] & 0xff];
        }
    }

    /** Makes {@code coefficients} non-negative and falling where no code exists yet. */
    public static void standardize(double[] coefficients) {
        for (int i = 0; i < coefficients.length; i++) {
            double a = Math.abs(coefficients[i]);
            int k = i;
            for (; k > 0 && coefficients[k - 1] < a; k--) {
                coefficients[k] = coefficients[k - 1];
            }
            coefficients[k] = a;
        }
    }

    private static int[] fallingOrder(double[] coefficients) {
        int[] order = new int[coefficients.length];
        for (int i = 0; i < order.length; i++) {
            int k = i;
            for (; k > 0 && coefficients[order[k - 1]] < coefficients[i]; k--) {
                order[k] = order[k - 1];
            }
            order[k] = i;
        }
        return order;
    }
}
