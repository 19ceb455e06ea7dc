package dev.signet.core.outputaware;

import dev.signet.core.Grouping;
import dev.signet.core.LineQuantizer;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.SharedLevels;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.ParallelLoop;
import dev.signet.core.vector.SolverKernels;
import dev.signet.core.vector.Vectorization;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/**
 * Finds the codes of levels on a line ({@link LineQuantizer}) for the error of a layer's output: once with error feedback, then by
 * coordinate descent. Factors are those of the largest weights; with many bits nothing is gained by others. The same result
 * whatever the number of threads.
 *
 * @param bits 1..8; few bits want levels that are chosen
 */
public record LineSolver(int bits) {
    private static final int BLOCK = 16;
    private static final int SWEEPS = 6;

    /**
     * Solves one tensor.
     *
     * @param target the weights to come near to, [filters x inputs]
     * @param grams the second moments of each channel group's inputs, as {@link OutputAwareSolver} takes them
     * @throws IllegalArgumentException naming the index, if a weight is NaN or infinite; or if the sizes do not fit
     */
    public OutputAwareSolver.Result solve(WeightMatrix target, List<GramMatrix> grams, ForkJoinPool pool) {
        OutputAwareSolver.check(target, grams);
        MultiBitWeight nearest = LineQuantizer.quantize(target, bits);
        byte[] codes = nearest.codes();
        double[] losses = new double[target.filters()];
        SolverKernels kernels = Vectorization.kernels();
        ParallelLoop loop = ParallelLoop.on(pool);
        int perGram = target.filters() / grams.size();
        int blocks = Math.ceilDiv(perGram, BLOCK);
        TriangularFactor[] triangles = new TriangularFactor[grams.size()];
        loop.run(
                triangles.length,
                i -> triangles[i] = TriangularFactor.of(grams.get(i), kernels, ParallelLoop.sequential()));
        loop.run(grams.size() * blocks, index -> {
            int g = index / blocks;
            int first = g * perGram + index % blocks * BLOCK;
            int count = Math.min(BLOCK, (g + 1) * perGram - first);
            var work = new Block(target, SharedLevels.of(nearest), grams.get(g), kernels, first, count);
            work.improve(triangles[g], codes, losses);
        });
        var weight = MultiBitWeight.ofShared(
                nearest.layout(),
                bits,
                MultiBitWeight.planes(nearest.layout(), bits, codes),
                SharedLevels.of(nearest),
                nearest.type());
        return new OutputAwareSolver.Result(weight, losses);
    }

    /** Some filters that see the same inputs. */
    private record Block(
            WeightMatrix target, SharedLevels line, GramMatrix gram, SolverKernels kernels, int first, int count) {
        void improve(TriangularFactor triangle, byte[] codes, double[] losses) {
            int inputs = target.inputs();
            int bits = line.coefficients().length;
            float[] weights = new float[count * inputs];
            System.arraycopy(target.values(), first * inputs, weights, 0, weights.length);
            var row = new Grouping.Filter().layout(1, inputs, 1);
            var block = new FilterBlock(kernels, gram, weights, row, bits, Unknowns.free(bits, false));
            byte[] nearest = new byte[weights.length];
            System.arraycopy(codes, first * inputs, nearest, 0, nearest.length);
            block.set(new CodeState(nearest, coefficients(bits), new double[count]));
            double[] before = block.state().losses();
            block.feedErrorsBack(triangle);
            for (int sweep = 0; sweep < SWEEPS && block.sweep() > 0; sweep++) {}
            CodeState after = block.state();
            for (int f = 0; f < count; f++) {
                losses[first + f] = Math.min(before[f], after.losses()[f]);
                if (after.losses()[f] < before[f]) {
                    System.arraycopy(after.codes(), f * inputs, codes, (first + f) * inputs, inputs);
                }
            }
        }

        private double[] coefficients(int bits) {
            double[] coefficients = new double[count * (bits + 1)];
            for (int f = 0; f < count; f++) {
                double scale = line.scales()[first + f];
                for (int i = 0; i < bits; i++) {
                    coefficients[f * (bits + 1) + i] = scale * line.coefficients()[i];
                }
                coefficients[f * (bits + 1) + bits] = scale * line.offset();
            }
            return coefficients;
        }
    }
}
