package dev.signet.quantize.attention;

/** Adam (Kingma and Ba 2014, arXiv 1412.6980): gradient descent with a step of its own for each parameter. */
final class Adam {
    private static final double FIRST = 0.9;
    private static final double SECOND = 0.99;
    private static final double EPSILON = 1e-10;

    private final double[] mean;
    private final double[] square;
    private int steps;

    Adam(int parameters) {
        mean = new double[parameters];
        square = new double[parameters];
    }

    /** Moves the parameters against the gradient; {@code rate} is about how far each goes. */
    void step(double[] parameters, double[] gradient, double rate) {
        steps++;
        double firstBias = 1 - Math.pow(FIRST, steps);
        double secondBias = 1 - Math.pow(SECOND, steps);
        for (int i = 0; i < parameters.length; i++) {
            mean[i] += (1 - FIRST) * (gradient[i] - mean[i]);
            square[i] += (1 - SECOND) * (gradient[i] * gradient[i] - square[i]);
            parameters[i] -= rate * (mean[i] / firstBias) / (Math.sqrt(square[i] / secondBias) + EPSILON);
        }
    }
}
