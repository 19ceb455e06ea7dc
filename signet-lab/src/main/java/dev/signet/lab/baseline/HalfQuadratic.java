package dev.signet.lab.baseline;

/**
 * The zero point that makes sum |w - q|^p small, p below 1: outliers may err so that the rest fits (Badri and Shaji, "Half-Quadratic
 * Quantization of Large Machine Learning Models", 2023). The error is split into a sparse part e, found by shrinkage, and the
 * rest, whose least squares give the zero point; in turn, the weight of the split growing. The scale is that of the whole range.
 */
final class HalfQuadratic {
    // The settings of the method's authors.
    private static final double P = 0.7;
    private static final double BETA = 10;
    private static final double GROWTH = 1.01;
    private static final int ITERATIONS = 20;

    private HalfQuadratic() {}

    static void fit(double[] w, int bits, double[] scaleAndZero) {
        Clipping.minMax(w, bits, scaleAndZero);
        double scale = scaleAndZero[0];
        double zero = scaleAndZero[1];
        double best = norm(w, bits, scale, zero);
        double beta = BETA;
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            double sum = 0;
            for (double weight : w) {
                int code = UniformCodes.code(weight, scale, zero, bits);
                double e = shrunk(weight - scale * (code - zero), beta);
                sum += code - (weight - e) / scale;
            }
            zero = sum / w.length;
            double norm = norm(w, bits, scale, zero);
            if (!(norm < best)) {
                return;
            }
            best = norm;
            scaleAndZero[1] = zero;
            beta *= GROWTH;
        }
    }

    /** The generalized soft threshold: the e that makes |e|^p + beta / 2 (e - x)^2 small. */
    static double shrunk(double x, double beta) {
        double size = Math.abs(x);
        return size == 0 ? 0 : Math.signum(x) * Math.max(0, size - Math.pow(size, P - 1) / beta);
    }

    static double norm(double[] w, int bits, double scale, double zero) {
        double norm = 0;
        for (double weight : w) {
            int code = UniformCodes.code(weight, scale, zero, bits);
            norm += Math.pow(Math.abs(weight - scale * (code - zero)), P);
        }
        return norm;
    }
}
