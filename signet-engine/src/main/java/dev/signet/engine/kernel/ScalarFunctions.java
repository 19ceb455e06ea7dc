package dev.signet.engine.kernel;

/** Plain loops, in double precision. */
final class ScalarFunctions implements FunctionKernels {
    @Override
    public void exp(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = (float) Math.exp(x[xOffset + i]);
        }
    }

    @Override
    public void sigmoid(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = (float) (1 / (1 + Math.exp(-x[xOffset + i])));
        }
    }

    @Override
    public void tanh(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = (float) Math.tanh(x[xOffset + i]);
        }
    }

    @Override
    public void erf(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = erf(x[xOffset + i]);
        }
    }

    // A series near 0 and a continued fraction away from it (Abramowitz and Stegun, 7.1.5 and 7.1.14): exact to fp32.
    private static float erf(float x) {
        double a = Math.abs((double) x);
        if (a > 6) {
            return Math.signum(x);
        }
        if (a < 2) {
            double term = a;
            double sum = a;
            for (int n = 1; n < 60 && Math.abs(term) > 1e-17 * sum; n++) {
                term *= -a * a / n;
                sum += term / (2 * n + 1);
            }
            return (float) Math.copySign(2 / Math.sqrt(Math.PI) * sum, x);
        }
        double fraction = 0;
        for (int n = 60; n > 0; n--) {
            fraction = n / 2.0 / (a + fraction);
        }
        return (float) Math.copySign(1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction), x);
    }
}
