package dev.signet.lab.calibrate;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.core.WeightMatrix;
import dev.signet.onnx.Nodes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/**
 * What a layer's inputs look like behind the quantized prefix, and how the original network's outputs hang together with them.
 *
 * @param gram for each channel group H = mean of x x^T over im2col rows x, [d x d] row-major
 * @param correlation for each channel group R = mean of (y - bias) x^T, [filters of the group x d] row-major, with y the
 *     original network's outputs
 * @param mean for each channel group the mean of x, [d], scaled so that H less mean mean^T has only what varies
 * @param rows how many im2col rows were averaged, the samples' mean columns (see {@code POOLED}) not counted
 */
public record LayerStatistics(float[][] gram, float[][] correlation, float[][] mean, long rows) {
    /** Weight of the samples' mean columns against all columns together. */
    private static final double POOLED = 1;

    /** The few weights of a depthwise filter are not worth the time that the means take. */
    private static final int MOST_GROUPS_WITH_MEANS = 16;

    /** Columns that one matrix product needs at the least to be worth it, in multiples of d. */
    private static final int ENOUGH_COLUMNS = 48;

    /**
     * Collects the statistics of a layer; empty where its geometry is one that has no Gram matrix per filter (a batch of
     * weight matrices).
     */
    static Optional<LayerStatistics> of(NetworkWalk.Layer layer, ForkJoinPool pool, int threads) {
        if (samples(layer, 0).isEmpty() || layer.hasUnknownBias()) {
            return Optional.empty();
        }
        int groups = groups(layer);
        int filters = layer.tensor().view().filters() / groups;
        int d = layer.tensor().view().inputs();
        float[] bias = layer.bias();
        float[][] grams = new float[groups][];
        float[][] correlations = new float[groups][];
        float[][] means = new float[groups][];
        long rows = 0;
        int chunks = layer.quantizedInputs().size();
        LayerSamples first = samples(layer, 0).orElseThrow();
        // With several groups every chunk is wanted again and again; with one it is read once and let go.
        List<LayerSamples> kept = groups == 1
                ? List.of()
                : IntStream.range(0, chunks)
                        .mapToObj(chunk -> samples(layer, chunk).orElseThrow())
                        .toList();
        int stride = stride(first, chunks, d, groups);
        // One row more: ones, whose correlation with the inputs is the inputs' mean.
        try (var accumulator = new GramAccumulator(d, filters + 1, first.line(), threads)) {
            for (int g = 0; g < groups; g++) {
                accumulator.reset();
                long taken = 0;
                for (int chunk = 0; chunk < chunks; chunk++) {
                    LayerSamples samples = groups > 1
                            ? kept.get(chunk)
                            : chunk == 0 ? first : samples(layer, chunk).orElseThrow();
                    int group = g;
                    int start = Math.floorMod(-chunk * samples.lines(), stride);
                    int lines = Math.ceilDiv(samples.lines() - start, stride);
                    accumulator.add(Math.max(0, lines), samples.line(), 1, pool, (row, i, into, at) -> {
                        int line = start + i * stride;
                        if (row < d) {
                            samples.input(group, row, line, into, at);
                        } else if (row < d + filters) {
                            samples.output(group, row - d, line, into, at);
                        } else {
                            Arrays.fill(into, at, at + samples.line(), 1);
                        }
                    });
                    taken += (long) Math.max(0, lines) * samples.line();
                    if (groups <= MOST_GROUPS_WITH_MEANS) {
                        double weight = POOLED * Math.max(0, lines) * samples.line() / samples.samples();
                        addMeans(samples, accumulator, g, d, filters, weight, pool);
                    }
                }
                rows = taken;
                grams[g] = accumulator.gram();
                float[] correlation = accumulator.correlation();
                correlations[g] = withoutBias(correlation, bias, g, filters, d);
                means[g] = Arrays.copyOfRange(correlation, filters * d, (filters + 1) * d);
            }
        }
        // Weights that are not finite make all that comes after them so: nothing can be learnt there.
        return isFinite(grams) && isFinite(correlations)
                ? Optional.of(new LayerStatistics(grams, correlations, means, rows))
                : Optional.empty();
    }

    private static boolean isFinite(float[][] values) {
        for (float[] group : values) {
            for (float value : group) {
                if (!Float.isFinite(value)) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * The statistics of several layers that use the same weights: this one's count {@code weight} times, the other's once.
     *
     * @param other of the same tensor
     */
    LayerStatistics averagedWith(LayerStatistics other, int weight) {
        return new LayerStatistics(
                averaged(gram, other.gram, weight),
                averaged(correlation, other.correlation, weight),
                averaged(mean, other.mean, weight),
                rows + other.rows);
    }

    private static float[][] averaged(float[][] a, float[][] b, int weight) {
        float[][] averaged = new float[a.length][];
        for (int g = 0; g < a.length; g++) {
            averaged[g] = new float[a[g].length];
            for (int i = 0; i < a[g].length; i++) {
                averaged[g][i] = (weight * a[g][i] + b[g][i]) / (weight + 1);
            }
        }
        return averaged;
    }

    /**
     * Adds the mean column of each sample with the weight of the columns that were taken of it: what is wrong all over an image
     * does not average out behind the layer, as what is wrong at single positions does.
     */
    private static void addMeans(
            LayerSamples samples,
            GramAccumulator accumulator,
            int group,
            int d,
            int filters,
            double weight,
            ForkJoinPool pool) {
        double root = Math.sqrt(weight);
        accumulator.add(samples.samples(), 1, weight, pool, (row, image, into, at) -> {
            // The mean column's own entry in the row of ones is 1.
            double mean = row == d + filters ? 1 : mean(samples, group, row, d, image);
            into[at] = (float) (root * mean);
        });
    }

    private static double mean(LayerSamples samples, int group, int row, int d, int image) {
        int lines = samples.lines() / samples.samples();
        float[] line = new float[samples.line()];
        // Sixteen lines tell the mean of a large image well enough.
        int step = Math.max(1, lines / 16);
        double sum = 0;
        for (int i = image * lines; i < (image + 1) * lines; i += step) {
            if (row < d) {
                samples.input(group, row, i, line, 0);
            } else {
                samples.output(group, row - d, i, line, 0);
            }
            for (float value : line) {
                sum += value;
            }
        }
        return sum / ((double) Math.ceilDiv(lines, step) * line.length);
    }

    /** The mean square of the input that each weight of a matrix meets: a heat map in the matrix's order. */
    public float[] inputPower(WeightMatrix matrix) {
        int d = matrix.inputs();
        int perGroup = matrix.filters() / gram.length;
        float[] power = new float[matrix.size()];
        for (int f = 0; f < matrix.filters(); f++) {
            float[] h = gram[f / perGroup];
            for (int i = 0; i < d; i++) {
                power[f * d + i] = h[i * d + i];
            }
        }
        return power;
    }

    /**
     * Every how many lines one is taken: 1, unless there are so many more columns than unknowns that the rest would only cost
     * time. Odd, so that the lines taken do not all lie at the same side of the images.
     */
    private static int stride(LayerSamples samples, int chunks, int d, int groups) {
        long columns = (long) samples.lines() * samples.line() * chunks;
        long enough = Math.max(65_536, (long) ENOUGH_COLUMNS * d) / Math.max(1, groups / 16);
        return (int) Math.max(1, columns / enough | 1);
    }

    /** The mean of (y - b) x^T is the mean of y x^T less b times the mean of x. */
    private static float[] withoutBias(float[] correlation, float[] bias, int group, int filters, int d) {
        float[] result = new float[filters * d];
        for (int f = 0; f < filters; f++) {
            float b = bias[group * filters + f];
            for (int i = 0; i < d; i++) {
                result[f * d + i] = correlation[f * d + i] - b * correlation[filters * d + i];
            }
        }
        return result;
    }

    private static int groups(NetworkWalk.Layer layer) {
        return isConvolution(layer.proto()) ? Math.toIntExact(Nodes.integer(layer.proto(), "group", 1)) : 1;
    }

    private static boolean isConvolution(NodeProto node) {
        return node.getOpType().equals("Conv") || node.getOpType().equals("ConvTranspose");
    }

    /** The layer's samples: inputs of the quantized stream, outputs of the original one. */
    private static Optional<LayerSamples> samples(NetworkWalk.Layer layer, int chunk) {
        OnnxTensor input = layer.quantizedInputs().get(chunk);
        OnnxTensor output = layer.originalOutputs().get(chunk);
        long[] in = input.getInfo().getShape();
        long[] out = output.getInfo().getShape();
        float[] x = input.getFloatBuffer().array();
        float[] y = layer.targetOutputs(chunk);
        int filters = layer.tensor().view().filters();
        if (isConvolution(layer.proto())) {
            Window window = Windows.of(layer.proto(), layer.tensor().view().shape(), in, out);
            return Optional.of(new ConvolutionSamples(window, filters, (int) in[0], x, y));
        }
        return product(layer, in, x, out, y, filters);
    }

    private static Optional<LayerSamples> product(
            NetworkWalk.Layer layer, long[] in, float[] x, long[] out, float[] y, int filters) {
        int d = layer.tensor().view().inputs();
        if (layer.tensor().view().shape().length != 2 || in.length < 2 || out.length < 2) {
            return Optional.empty();
        }
        boolean weightsFirst = layer.use().input() == 0;
        boolean gemm = layer.proto().getOpType().equals("Gemm");
        boolean turned = gemm && Nodes.integer(layer.proto(), weightsFirst ? "transB" : "transA", 0) != 0;
        // alpha scales x: the weights that make y are the stored ones.
        float alpha = gemm
                ? Nodes.attribute(layer.proto(), "alpha").map(a -> a.getF()).orElse(1f)
                : 1;
        if (alpha != 1) {
            x = scaled(x, alpha);
        }
        int columns = x.length / d;
        if (!weightsFirst) {
            var inputs = turned ? new ProductSamples.Strided(x, 0, columns, 1) : new ProductSamples.Strided(x, 0, 1, d);
            return Optional.of(new ProductSamples(1, columns, inputs, new ProductSamples.Strided(y, 0, 1, filters)));
        }
        int width = turned ? (int) in[in.length - 2] : (int) in[in.length - 1];
        int batches = columns / width;
        var inputs =
                turned ? new ProductSamples.Strided(x, 0, 1, d) : new ProductSamples.Strided(x, d * width, width, 1);
        return Optional.of(
                new ProductSamples(batches, width, inputs, new ProductSamples.Strided(y, filters * width, width, 1)));
    }

    private static float[] scaled(float[] values, float factor) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = values[i] * factor;
        }
        return scaled;
    }
}
