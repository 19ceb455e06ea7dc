package dev.signet.quantize.inspect;

import dev.signet.core.GroupLayout;
import dev.signet.core.Grouping;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.WeightMatrix;
import dev.signet.core.WeightSize;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.KeptTensor;
import dev.signet.onnx.scan.ScannedTensor;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.scan.WeightUse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model holds.
 *
 * @param path the file
 * @param bytes its size, external data included
 * @param opset of the standard operators
 * @param irVersion of the file
 * @param layers every tensor of two or more dimensions
 * @param smallTensors how many others there are
 * @param smallBytes their bytes
 * @param normalized histogram of all weights, each divided by its filter's standard deviation, from -4 to 4
 */
public record ModelSummary(
        String path,
        long bytes,
        int opset,
        long irVersion,
        List<Layer> layers,
        int smallTensors,
        long smallBytes,
        Histogram normalized) {
    /** The groupings that memory tables compare. */
    public static final List<Grouping> GROUPINGS =
            List.of(new Grouping.Filter(), new Grouping.Block(64), new Grouping.Kernel(), new Grouping.Layer());

    private static final int BINS = 61;
    private static final double WIDEST = 4;

    /**
     * One tensor.
     *
     * @param name its name
     * @param shape its dimensions
     * @param bytes of its values
     * @param weights how it can be quantized, or null where it is kept
     * @param kept why it is kept, or null
     */
    public record Layer(
            String name,
            long[] shape,
            long bytes,
            @Nullable Weights weights,
            @Nullable String kept) {}

    /**
     * A tensor that can be quantized.
     *
     * @param operators what uses it, with the nodes' names
     * @param filters rows of its matrix
     * @param inputs columns
     * @param kernelSize weights of a kernel slice
     * @param deviation standard deviation of all values
     * @param histogram of all values
     * @param heatMap sizes of the values, relative to their mean
     */
    public record Weights(
            List<String> operators,
            int filters,
            int inputs,
            int kernelSize,
            double deviation,
            Histogram histogram,
            HeatGrid heatMap) {
        /** What it takes in a grouping with fp16 coefficients and an offset. */
        public WeightSize size(Grouping grouping, int bits) {
            GroupLayout layout = grouping.layout(filters, inputs, kernelSize);
            return WeightSize.of(layout, bits, CoefficientType.FLOAT16, true);
        }

        /** What it takes in the article's layout: one fp32 coefficient for each plane of each kernel slice. */
        public WeightSize article(int bits) {
            return WeightSize.ofArticle(filters, inputs, kernelSize, bits);
        }

        /** How many values there are. */
        public long count() {
            return (long) filters * inputs;
        }
    }

    /** Looks through a model. */
    public static ModelSummary of(OnnxModel model) {
        WeightScan scan = WeightScan.of(model);
        Histogram normalized = Histogram.of(new float[0], -WIDEST, WIDEST, BINS);
        List<Layer> layers = new ArrayList<>();
        for (ScannedTensor tensor : scan.tensors()) {
            switch (tensor) {
                case KeptTensor kept ->
                    layers.add(new Layer(kept.name(), kept.dimensions(), kept.bytes(), null, kept.reason()));
                case WeightTensor weight -> {
                    WeightMatrix matrix = weight.matrix();
                    float[] values = matrix.values();
                    normalized =
                            normalized.plus(normalized(values, weight.view().inputs()));
                    layers.add(new Layer(
                            weight.name(), weight.dimensions(), weight.bytes(), weights(weight, matrix), null));
                }
            }
        }
        return new ModelSummary(
                model.path().toString(),
                model.bytes(),
                model.opset(),
                model.proto().getIrVersion(),
                layers,
                scan.small().count(),
                scan.small().bytes(),
                normalized);
    }

    private static Weights weights(WeightTensor weight, WeightMatrix matrix) {
        float[] values = matrix.values();
        return new Weights(
                weight.uses().stream()
                        .map((WeightUse use) -> use.operator() + " " + use.label())
                        .toList(),
                weight.view().filters(),
                weight.view().inputs(),
                weight.view().kernelSize(),
                deviation(values, 0, values.length),
                Histogram.of(values, BINS),
                HeatGrid.ofSizes(matrix));
    }

    private static double deviation(float[] values, int from, int to) {
        double sum = 0;
        double squares = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
            squares += (double) values[i] * values[i];
        }
        double mean = sum / (to - from);
        return Math.sqrt(Math.max(0, squares / (to - from) - mean * mean));
    }

    private static Histogram normalized(float[] values, int inputs) {
        float[] normalized = new float[values.length];
        for (int start = 0; start < values.length; start += inputs) {
            double deviation = deviation(values, start, start + inputs);
            for (int i = start; i < start + inputs; i++) {
                normalized[i] = deviation > 0 ? (float) (values[i] / deviation) : 0;
            }
        }
        return Histogram.of(normalized, -WIDEST, WIDEST, BINS);
    }

    /** Weights that can be quantized. */
    public List<Weights> quantizable() {
        List<Weights> quantizable = new ArrayList<>();
        for (Layer layer : layers) {
            if (layer.weights() != null) {
                quantizable.add(layer.weights());
            }
        }
        return quantizable;
    }

    /** Bytes of all weights that can be quantized, in a grouping. */
    public long packedBytes(Grouping grouping, int bits) {
        return quantizable().stream()
                .mapToLong(weights -> weights.size(grouping, bits).bytes())
                .sum();
    }

    /** Bytes of all weights that can be quantized, in the article's layout. */
    public long articleBytes(int bits) {
        return quantizable().stream()
                .mapToLong(weights -> weights.article(bits).bytes())
                .sum();
    }

    /** Bytes of all weights that can be quantized, as fp32. */
    public long floatBytes() {
        return quantizable().stream().mapToLong(Weights::count).sum() * Float.BYTES;
    }

    /** The numbers of bits that tables show. */
    public static int[] allBits() {
        return java.util.stream.IntStream.rangeClosed(1, MultiBitWeight.MAX_BITS)
                .toArray();
    }
}
