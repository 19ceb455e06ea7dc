package dev.signet.quantize.attention;

/**
 * The error of a filter's output as a function of its coefficients a, codes B being fixed: with q = B a and the form C of the
 * filter's inputs, {@code (t - q)^T C (t - q) / t^T C t}. It needs {@code B^T C B} only, which is small.
 *
 * @param energy {@code t^T C t}, t being the weights that give the wanted output
 * @param linear {@code B^T C t}
 * @param square {@code B^T C B}, row-major
 * @param matched whether the output's deviation is matched afterwards: then the error is {@code 2 (1 - r)}, r being the correlation
 *     of both outputs, whatever the scale of a
 */
record OutputError(double energy, double[] linear, double[] square, boolean matched) {
    /** The error at {@code a}. */
    double at(double[] a) {
        return at(a, new double[a.length]);
    }

    /**
     * The error and its derivative.
     *
     * @param gradient receives the derivative by each coefficient
     */
    double at(double[] a, double[] gradient) {
        int n = a.length;
        double cross = 0;
        double own = 0;
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int k = 0; k < n; k++) {
                sum += square[i * n + k] * a[k];
            }
            gradient[i] = sum;
            own += sum * a[i];
            cross += linear[i] * a[i];
        }
        boolean dead = !(energy > 0) || (matched && !(own > 0));
        double scale = dead ? 0 : matched ? 1 / Math.sqrt(energy * own) : 1 / energy;
        double share = dead ? 0 : matched ? cross / own : 1;
        for (int i = 0; i < n; i++) {
            gradient[i] = -2 * scale * (linear[i] - share * gradient[i]);
        }
        if (!(energy > 0)) {
            return 0;
        }
        return matched ? 2 * (1 - cross * scale) : Math.max(0, 1 + (own - 2 * cross) / energy);
    }
}
