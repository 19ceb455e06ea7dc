package dev.signet.quantize.correct;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.compute.Phases;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.Nodes;
import dev.signet.onnx.rewrite.GraphEdits;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.solve.LayerSolver;
import dev.signet.quantize.statistics.LaterUses;
import dev.signet.quantize.statistics.LayerStatistics;
import dev.signet.quantize.statistics.OutputLoss;
import dev.signet.quantize.walk.ChannelMoments;
import dev.signet.quantize.walk.NetworkWalk;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Quantizes a network's layers in the order of the network: each sees the inputs that the already quantized layers before it
 * give, aims at the original network's outputs, and leaves with the original's mean and standard deviation in every output
 * channel.
 */
public final class NetworkQuantizer {
    private final OnnxModel model;
    private final List<WeightTensor> tensors;
    private final LayerSolver solver;
    private final boolean correct;
    private final int threads;

    /**
     * @param tensors the weights to quantize
     * @param solver finds the multi-bit weights of each
     * @param correct whether mean and deviation of output channels are matched
     */
    public NetworkQuantizer(
            OnnxModel model, List<WeightTensor> tensors, LayerSolver solver, boolean correct, int threads) {
        this.model = model;
        this.tensors = tensors;
        this.solver = solver;
        this.correct = correct;
        this.threads = threads;
    }

    /**
     * Walks through the network once.
     *
     * @param samples closed when done
     * @param phases hears what takes how long
     */
    public CalibratedNetwork quantize(CalibrationSamples samples, ForkJoinPool pool, Progress progress, Phases phases) {
        try (Progress.Task task =
                progress.start("quantizing", model.proto().getGraph().getNodeCount())) {
            LaterUses later = solver.wantsStatistics() || correct
                    ? phases.in("shared weights", () -> LaterUses.of(model, tensors, samples, pool, threads))
                    : LaterUses.none();
            var pass = new Pass(pool, task, later, phases);
            List<List<float[]>> outputs = phases.in(
                    "forward runs",
                    () -> new NetworkWalk(model, tensors, samples.batchStatistics(), threads)
                            .run(samples.chunks(), pass));
            return new CalibratedNetwork(
                    pass.weights,
                    new GraphEdits(pass.biases, pass.normalizations),
                    pass.snr,
                    Decibels.snr(outputs.get(0), outputs.get(1)));
        }
    }

    private final class Pass implements NetworkWalk.Visitor {
        private final ForkJoinPool pool;
        private final Progress.Task task;
        private final LaterUses later;
        private final Phases phases;
        private final Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        private final Map<WeightTensor, Double> snr = new LinkedHashMap<>();
        private final Map<Integer, float[]> biases = new HashMap<>();
        private final Map<Integer, GraphEdits.BatchNormalization> normalizations = new HashMap<>();

        Pass(ForkJoinPool pool, Progress.Task task, LaterUses later, Phases phases) {
            this.pool = pool;
            this.task = task;
            this.later = later;
            this.phases = phases;
        }

        @Override
        public void progress(int done, int total) {
            task.at(done);
        }

        @Override
        public List<OnnxTensor> visit(NetworkWalk.Layer layer) {
            WeightTensor tensor = layer.tensor();
            boolean first = !weights.containsKey(tensor);
            if (first) {
                Optional<LayerStatistics> statistics = solver.wantsStatistics()
                        ? phases.in(
                                "statistics",
                                () -> LayerStatistics.of(layer, pool, threads)
                                        .map(here -> later.averaged(tensor, here)))
                        : Optional.empty();
                weights.put(tensor, phases.in("solver", () -> solver.solve(tensor, statistics.orElse(null), pool)));
            }
            List<OnnxTensor> outputs = layer.runWith(dequantized(tensor));
            if (correct) {
                outputs = corrected(layer, outputs, first);
            }
            double here = Decibels.ofTensors(layer.originalOutputs(), outputs);
            snr.merge(tensor, here, Math::min);
            return outputs;
        }

        private MultiBitWeight weight(WeightTensor tensor) {
            return Objects.requireNonNull(weights.get(tensor), "solved at the tensor's first use");
        }

        private TensorProto dequantized(WeightTensor tensor) {
            float[] values = tensor.toTensorOrder(weight(tensor).dequantize());
            return Tensors.floats(tensor.name(), tensor.elementType(), tensor.shape(), values);
        }

        /** Matches deviation (by the coefficients, at a tensor's first use) and mean (by the bias) of each channel. */
        private List<OnnxTensor> corrected(NetworkWalk.Layer layer, List<OnnxTensor> outputs, boolean mayScale) {
            WeightTensor tensor = layer.tensor();
            int axis = layer.channelAxis();
            if (axis < 0) {
                return outputs;
            }
            ChannelMoments wanted = layer.originalMoments();
            ChannelMoments given = ChannelMoments.of(outputs, axis);
            MultiBitWeight weight = weight(tensor);
            double[] factors = new double[wanted.mean().length];
            Arrays.fill(factors, 1);
            if (mayScale && weight.layout().rows() == factors.length) {
                factors = Scaling.factors(wanted.deviation(), given.deviation());
                if (later.of(tensor).isPresent()) {
                    factors = overAllUses(tensor, weight, later.of(tensor).get(), wanted, given);
                }
                weights.put(tensor, weight.scaleRows(factors));
            }
            float[] bias = layer.hasUnknownBias() ? new float[factors.length] : layer.bias();
            float[] shift = new float[factors.length];
            for (int c = 0; c < shift.length; c++) {
                // The factor does not reach the bias.
                double scaled = factors[c] * (given.mean()[c] - bias[c]) + bias[c];
                float difference = (float) (wanted.mean()[c] - scaled);
                shift[c] = Float.isFinite(difference) ? difference : 0;
            }
            boolean shifted = fold(layer, shift);
            boolean rerun = layer.hasUnknownBias();
            // Scaled as its filters were, the output is what they would give if they were run again; but what is added
            // to it
            // without being known does not grow with them.
            double[] scale = growth(weight, rerun ? weight : weight(tensor), factors.length);
            double[] added = new double[scale.length];
            for (int c = 0; c < added.length; c++) {
                added[c] = bias[c] * (1 - scale[c]) + (shifted ? shift[c] : 0);
            }
            List<OnnxTensor> unshifted = rerun ? layer.runWith(dequantized(tensor)) : outputs;
            List<OnnxTensor> corrected = layer.adjusted(unshifted, dequantized(tensor), scale, added);
            outputs.forEach(OnnxTensor::close);
            if (rerun) {
                unshifted.forEach(OnnxTensor::close);
            }
            return corrected;
        }

        /** What rounding has left of the factors that a tensor's rows were scaled with; ones where they were not. */
        private static double[] growth(MultiBitWeight before, MultiBitWeight after, int channels) {
            double[] growth = new double[channels];
            float[] q = before.dequantize();
            float[] scaled = after.dequantize();
            int inputs = q.length / channels;
            for (int c = 0; c < channels; c++) {
                double squares = 0;
                double products = 0;
                for (int i = c * inputs; i < (c + 1) * inputs; i++) {
                    squares += (double) q[i] * q[i];
                    products += (double) q[i] * scaled[i];
                }
                growth[c] = squares > 0 ? products / squares : 1;
            }
            return growth;
        }

        /** The scale that gives each channel the original's variance, all layers that use the tensor taken together. */
        private static double[] overAllUses(
                WeightTensor tensor,
                MultiBitWeight weight,
                LaterUses.Uses others,
                ChannelMoments wanted,
                ChannelMoments given) {
            var variances = new OutputLoss(tensor.matrix(), others.statistics(), true);
            float[] values = weight.dequantize();
            double[] all = new double[wanted.mean().length];
            double[] reached = new double[all.length];
            for (int c = 0; c < all.length; c++) {
                double[] moments = variances.moments(c, values);
                all[c] = Math.sqrt(wanted.deviation()[c] * wanted.deviation()[c] + others.count() * moments[0]);
                reached[c] = Math.sqrt(given.deviation()[c] * given.deviation()[c] + others.count() * moments[2]);
            }
            return Scaling.factors(all, reached);
        }

        /** Puts a shift of the layer's output where the file can have it; false where it can not. */
        private boolean fold(NetworkWalk.Layer layer, float[] shift) {
            GraphIndex graph = layer.graph();
            var following = graph.followingBatchNormalization(layer.node());
            if (following.isPresent()) {
                GraphEdits.BatchNormalization parameters = parameters(graph, following.getAsInt());
                if (parameters != null && parameters.mean().length == shift.length) {
                    // The normalization subtracts its mean: a higher output wants a lower mean.
                    float[] mean = parameters.mean().clone();
                    for (int c = 0; c < mean.length; c++) {
                        mean[c] -= shift[c];
                    }
                    normalizations.put(
                            following.getAsInt(),
                            new GraphEdits.BatchNormalization(
                                    parameters.scale(), parameters.bias(), mean, parameters.variance()));
                    return true;
                }
            }
            if (layer.hasUnknownBias()
                    || layer.use().input() == 0
                    || layer.proto().getOpType().equals("MatMul")) {
                return false;
            }
            float[] bias = layer.bias();
            for (int c = 0; c < bias.length; c++) {
                bias[c] += shift[c];
            }
            biases.put(layer.node(), bias);
            return true;
        }

        private GraphEdits.@Nullable BatchNormalization parameters(GraphIndex graph, int node) {
            var reader = new TensorReader(model);
            float[][] values = new float[4][];
            for (int i = 0; i < 4; i++) {
                var initializer = graph.initializer(Nodes.input(graph.node(node), i + 1));
                if (initializer.isEmpty()) {
                    return null;
                }
                values[i] = reader.floats(initializer.get());
            }
            return new GraphEdits.BatchNormalization(values[0], values[1], values[2], values[3]);
        }
    }

    /** How much each filter must grow for its output to vary as the original's does. */
    private static final class Scaling {
        // The fit shrinks a filter by a few per cent, at 1 bit by up to a half; more is noise in a dead channel.
        private static final double LARGEST = 2;

        private Scaling() {}

        static double[] factors(double[] wanted, double[] given) {
            double[] factors = new double[wanted.length];
            Arrays.fill(factors, 1);
            for (int c = 0; c < factors.length; c++) {
                double ratio = wanted[c] / given[c];
                if (ratio > 0 && ratio < Double.POSITIVE_INFINITY) {
                    factors[c] = Math.clamp(ratio, 1 / LARGEST, LARGEST);
                }
            }
            return factors;
        }
    }
}
