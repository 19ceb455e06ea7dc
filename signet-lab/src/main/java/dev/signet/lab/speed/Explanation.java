package dev.signet.lab.speed;

import dev.signet.core.compute.Workers;
import dev.signet.engine.EngineOptions;
import dev.signet.engine.Layer;
import dev.signet.engine.Network;
import dev.signet.engine.Processor;
import dev.signet.engine.Session;
import dev.signet.onnx.file.ModelFile;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.RunnableModel.PreparedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * Where the time of a network goes, layer by layer, in the engine and in ONNX Runtime.
 *
 * @param layers the engine's steps
 * @param others what only ONNX Runtime does, such as turning tensors into its own layout, or nodes that it names so that nobody can tell which they are
 * @param peak products a second of one core
 */
public record Explanation(List<Row> layers, List<Other> others, double peak) {
    /**
     * A layer.
     *
     * @param layer what it is and how it is computed
     * @param predicted milliseconds that the cost model expects
     * @param milliseconds the median that it took
     * @param share of the products that the cores could have done in this time; above 1 where the strategy spares some
     * @param onnxruntime milliseconds that ONNX Runtime's node took; none if it was fused into another, or folded
     */
    public record Row(Layer layer, double predicted, double milliseconds, double share, OptionalDouble onnxruntime) {
        /** How far off the prediction is, relative to what was measured. */
        public double error() {
            return Math.abs(predicted - milliseconds) / milliseconds;
        }
    }

    /** A node of ONNX Runtime's. */
    public record Other(String name, double milliseconds) {}

    // Runs that are measured at most: a profile holds an event for every node of every run.
    private static final int MOST_RUNS = 2000;

    /** The error of the predictions for layers with products that {@code quantile} of their time stays below; 0 if there are none. */
    public double error(double quantile) {
        List<Row> products = layers.stream()
                .filter(row -> row.layer().products() > 0)
                .sorted(Comparator.comparingDouble(Row::error))
                .toList();
        double all = products.stream().mapToDouble(Row::milliseconds).sum();
        double sum = 0;
        for (Row row : products) {
            sum += row.milliseconds();
            if (sum >= quantile * all) {
                return row.error();
            }
        }
        return 0;
    }

    /**
     * Runs a network in both runtimes, in turn, and times every step.
     *
     * @param batch samples of the inputs, where the model leaves their number open
     * @param options of the engine
     * @param threads of each runtime
     * @throws dev.signet.onnx.InputException if one of the runtimes can not open or run the model
     */
    public static Explanation of(
            Path model, int batch, EngineOptions options, Stopwatch stopwatch, Executor pool, int threads) {
        Network network = Network.of(ModelFile.read(model), options);
        double peak = Processor.peak();
        try {
            Path folder = Files.createTempDirectory("signet-profile");
            try (OnnxRuntimeModel reference = OnnxRuntimeModel.openProfiled(model, threads, folder.resolve("run"))) {
                NetworkInputs inputs = NetworkInputs.of(reference, batch);
                Session session = inputs.session(network, Workers.of(pool, threads));
                session.run();
                int steps = session.layers().size();
                List<long[]> runs = new ArrayList<>();
                try (PreparedRun theirs = reference.prepare(inputs.feeds())) {
                    stopwatch.warm(List.of(session::run, theirs::run));
                    long start = System.nanoTime();
                    while (runs.isEmpty()
                            || (runs.size() < MOST_RUNS
                                    && System.nanoTime() - start
                                            < stopwatch.time().toNanos())) {
                        long[] nanos = new long[steps];
                        session.run(nanos);
                        runs.add(nanos);
                        theirs.run();
                    }
                }
                NodeTimes times = NodeTimes.read(reference.endProfile(), runs.size());
                return explained(session.layers(), runs, times, peak, threads);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Explanation explained(
            List<Layer> layers, List<long[]> runs, NodeTimes times, double peak, int threads) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            for (String name : layers.get(i).names()) {
                places.putIfAbsent(name, i);
            }
        }
        double[] theirs = new double[layers.size()];
        boolean[] known = new boolean[layers.size()];
        List<Other> others = new ArrayList<>();
        times.milliseconds().forEach((name, milliseconds) -> {
            int place = NodeTimes.layer(name, places);
            if (place < 0) {
                others.add(new Other(name, milliseconds));
            } else {
                theirs[place] += milliseconds;
                known[place] = true;
            }
        });
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < theirs.length; i++) {
            int step = i;
            long[] sorted = runs.stream().mapToLong(run -> run[step]).sorted().toArray();
            double milliseconds = Math.max(1, sorted[sorted.length / 2]) / 1e6;
            Layer layer = layers.get(i);
            double predicted = 1000 * layer.cost() * Processor.LANES / peak;
            double share = layer.products() / (peak * threads * milliseconds / 1000);
            OptionalDouble other = known[i] ? OptionalDouble.of(theirs[i]) : OptionalDouble.empty();
            rows.add(new Row(layer, predicted, milliseconds, share, other));
        }
        return new Explanation(rows, others, peak);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
