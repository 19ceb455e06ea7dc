package dev.signet.quantize.attention;

import java.util.List;

/**
 * Trains one module on one or several layers. The codes stay as they are between refreshes, and the gradient is exact; at a
 * refresh the solver is given the heat map as it is.
 */
final class AttentionTraining {
    private static final int STEPS = 60;
    private static final int REFRESH = 6;
    private static final double RATE = 0.1;

    private AttentionTraining() {}

    /** Trains the module and returns it as it was when the mean error was least; the layers keep what served them best. */
    static AttentionModule train(AttentionModule module, List<TrainedLayer> layers) {
        AttentionModule best = module.copy();
        double least = layers.stream().mapToDouble(TrainedLayer::error).sum();
        Adam adam = new Adam(module.parameters().length);
        for (int step = 1; step <= STEPS; step++) {
            double[] gradient = new double[module.parameters().length];
            for (TrainedLayer layer : layers) {
                layer.forward(module);
                layer.addGradient(module, gradient);
            }
            // Half a cosine, from the full rate to none.
            double rate = RATE * (1 + Math.cos(Math.PI * step / STEPS)) / 2;
            adam.step(module.parameters(), gradient, rate);
            if (step % REFRESH == 0) {
                double sum = 0;
                for (TrainedLayer layer : layers) {
                    layer.forward(module);
                    sum += layer.refresh();
                }
                if (sum < least) {
                    least = sum;
                    best = module.copy();
                }
            }
        }
        return best;
    }
}
