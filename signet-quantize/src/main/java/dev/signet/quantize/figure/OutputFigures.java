package dev.signet.quantize.figure;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.runtime.TensorSpec;
import dev.signet.quantize.sample.CalibrationSamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Measures a quantized network's outputs beside the original's. */
public final class OutputFigures {
    private static final double LARGEST = 200;

    /** Less variance than this part of the original's is none. */
    private static final double DEAD = 0.01;

    private OutputFigures() {}

    /**
     * The outputs of both networks for a chunk of samples.
     *
     * @param expected the original's
     * @param actual the quantized network's
     * @param samples in the chunk
     */
    public record Run(Map<String, Tensor> expected, Map<String, Tensor> actual, int samples) {}

    /**
     * What the original gives for samples: kept, so that it need not be open beside the networks that are compared with it.
     *
     * @param outputs what the network gives
     * @param values for each chunk of samples the outputs by name
     * @param samples two or more, that nothing was solved with; not closed
     */
    public record Original(List<TensorSpec> outputs, List<Map<String, Tensor>> values, CalibrationSamples samples) {
        /** Runs the original on all samples. */
        public static Original of(OnnxRuntimeModel model, CalibrationSamples samples) {
            return new Original(model.outputs(), samples.through(model::run), samples);
        }
    }

    /** The figures of all floating outputs, the worst first. */
    public static List<OutputFigure> measure(Original original, OnnxRuntimeModel quantized) {
        List<Map<String, OnnxTensor>> chunks = original.samples().chunks();
        List<Map<String, Tensor>> given = original.samples().through(quantized::run);
        Stream<Run> runs = IntStream.range(0, chunks.size())
                .mapToObj(i -> new Run(original.values().get(i), given.get(i), samplesOf(chunks.get(i))));
        return of(original.outputs(), runs);
    }

    /** The figures of all floating outputs in some runs, the worst first. */
    public static List<OutputFigure> of(List<TensorSpec> outputs, Stream<Run> runs) {
        Map<String, Sums> sums = new LinkedHashMap<>();
        for (TensorSpec output : outputs) {
            if (isFloating(output.type())) {
                sums.put(output.name(), new Sums());
            }
        }
        runs.forEach(run -> sums.forEach((name, all) -> {
            Tensor a = run.expected().get(name);
            Tensor b = run.actual().get(name);
            if (a != null && b != null) {
                all.add(a, b, run.samples());
            }
        }));
        List<OutputFigure> figures = new ArrayList<>();
        sums.forEach((name, all) -> figures.add(all.figure(name)));
        figures.sort(Comparator.comparingDouble(figure -> figure.isFigure() ? figure.snr() : 2 * LARGEST));
        return figures;
    }

    /** The worst figure; empty where no output has one. */
    public static OptionalDouble worst(List<OutputFigure> figures) {
        return figures.stream()
                .filter(OutputFigure::isFigure)
                .mapToDouble(OutputFigure::snr)
                .min();
    }

    private static boolean isFloating(OnnxJavaType type) {
        return switch (type) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> true;
            default -> false;
        };
    }

    /** Samples of a chunk: the first dimension that all inputs share. */
    public static int samplesOf(Map<String, OnnxTensor> chunk) {
        long[] sizes = chunk.values().stream()
                .map(tensor -> tensor.getInfo().getShape())
                .filter(shape -> shape.length > 1)
                .mapToLong(shape -> shape[0])
                .distinct()
                .toArray();
        return sizes.length == 1 ? Math.toIntExact(sizes[0]) : 1;
    }

    /** Sums over the samples, for each element of one sample's output. */
    private static final class Sums {
        private double[] sum = new double[0];
        private double[] squares = new double[0];
        private double[] sumQuantized = new double[0];
        private double[] squaresQuantized = new double[0];
        private double noise;
        private double count;
        private boolean broken;
        private boolean uneven;

        void add(Tensor expected, Tensor actual, int batch) {
            float[] a = expected.values();
            float[] b = actual.values();
            boolean batched = expected.shape().length > 0 && expected.shape()[0] == batch;
            int samples = batched ? batch : 1;
            int length = a.length / Math.max(1, samples);
            if (a.length != b.length || length == 0 || (count > 0 && length != sum.length)) {
                // An output of another length for each input, as that of a detector that has done with its boxes.
                uneven |= a.length != b.length || length != 0;
                return;
            }
            if (count == 0) {
                sum = new double[length];
                squares = new double[length];
                sumQuantized = new double[length];
                squaresQuantized = new double[length];
            }
            for (int i = 0; i < a.length; i++) {
                int e = i % length;
                if (!Float.isFinite(a[i])) {
                    continue;
                }
                if (!Float.isFinite(b[i])) {
                    broken = true;
                    continue;
                }
                sum[e] += a[i];
                squares[e] += (double) a[i] * a[i];
                sumQuantized[e] += b[i];
                squaresQuantized[e] += (double) b[i] * b[i];
                noise += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
            }
            count += samples;
        }

        OutputFigure figure(String name) {
            if (broken) {
                return new OutputFigure(name, -LARGEST, OutputFigure.State.BROKEN);
            }
            double signal = centred(sum, squares);
            double all = Arrays.stream(squares).sum();
            if (uneven || count < 2 || !(signal > 1e-10 * all)) {
                return new OutputFigure(name, 0, OutputFigure.State.SILENT);
            }
            double snr = noise > 0 ? Math.clamp(10 * Math.log10(signal / noise), -LARGEST, LARGEST) : LARGEST;
            boolean dead = centred(sumQuantized, squaresQuantized) < DEAD * signal;
            return new OutputFigure(name, snr, dead ? OutputFigure.State.DEAD : OutputFigure.State.ALIVE);
        }

        /** Squares about each element's own mean. */
        private double centred(double[] sums, double[] allSquares) {
            double centred = 0;
            for (int e = 0; e < sums.length; e++) {
                centred += Math.max(0, allSquares[e] - sums[e] * sums[e] / count);
            }
            return centred;
        }
    }
}
