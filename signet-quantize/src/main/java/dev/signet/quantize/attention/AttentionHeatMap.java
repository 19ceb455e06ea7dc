package dev.signet.quantize.attention;

import dev.signet.core.compute.Compute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Heat maps from trained attention modules. The same layers and seed give the same heat maps, whatever the number of threads. */
public final class AttentionHeatMap {
    private AttentionHeatMap() {}

    /**
     * Trains a module of its own for a layer.
     *
     * @return the importance of each weight, in the order of the matrix; all 1 for a layer whose groups are too many
     */
    public static float[] ofLayer(AttentionLayer layer, long seed, Compute compute) {
        int[] filters = layer.sample();
        if (filters.length == 0) {
            float[] uniform = new float[layer.weights().size()];
            Arrays.fill(uniform, 1);
            return uniform;
        }
        var module = new AttentionModule(filters.length, new SplittableRandom(seed));
        TrainedLayer trained = trained(layer, filters, true, compute);
        AttentionModule best = AttentionTraining.train(module, List.of(trained));
        return importance(layer, filters, trained.best(), best, compute);
    }

    /**
     * Trains one module for all layers. Layers {@link AttentionLayer#withoutForms} are left out of the training, and read by the
     * module all the same.
     *
     * @return for each layer the importance of each weight, in the order of the matrix
     */
    public static List<float[]> ofAllLayers(List<AttentionLayer> layers, long seed, Compute compute) {
        List<int[]> samples = layers.stream().map(AttentionLayer::sample).toList();
        List<TrainedLayer> trained = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            if (samples.get(i).length > 0) {
                trained.add(trained(layers.get(i), samples.get(i), false, compute));
            }
        }
        AttentionModule best = AttentionTraining.train(new AttentionModule(0, new SplittableRandom(seed)), trained);
        List<float[]> importances = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < layers.size(); i++) {
            int[] filters = samples.get(i);
            double[] found =
                    filters.length == 0 ? new double[0] : trained.get(next++).best();
            importances.add(importance(layers.get(i), filters, found, best, compute));
        }
        return importances;
    }

    private static TrainedLayer trained(AttentionLayer layer, int[] filters, boolean ownRows, Compute compute) {
        KernelTokens[] tokens = Arrays.stream(filters).mapToObj(layer::tokens).toArray(KernelTokens[]::new);
        return new TrainedLayer(layer.objective(filters), tokens, ownRows, compute);
    }

    /** What was found for the filters in training; what the module says of the others. */
    private static float[] importance(
            AttentionLayer layer, int[] filters, double[] found, AttentionModule module, Compute compute) {
        int d = layer.weights().inputs();
        float[] importance = new float[layer.weights().size()];
        compute.run(layer.weights().filters(), f -> {
            int at = Arrays.binarySearch(filters, f);
            double[] from =
                    at >= 0 ? found : module.forward(layer.tokens(f), -1).importance();
            for (int j = 0; j < d; j++) {
                importance[f * d + j] = (float) from[Math.max(0, at) * d + j];
            }
        });
        return importance;
    }
}
