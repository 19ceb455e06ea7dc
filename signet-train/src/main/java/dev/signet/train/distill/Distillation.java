package dev.signet.train.distill;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.array.NpyArray;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.sample.SampleFactory;
import dev.signet.train.graph.DifferentiableModel;
import dev.signet.train.graph.TorchEngine;
import dev.signet.train.loop.Adam;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Distills images from a network: procedural images, changed along the gradient until the mean and deviation of every channel
 * before every BatchNormalization are those that the network has stored of its training images. Source: Yin et al. 2020
 * (DeepInversion, arXiv 1912.08795) and Cai et al. 2020 (ZeroQ, arXiv 2001.00281), without labels.
 */
public final class Distillation {
    /**
     * How images are distilled.
     *
     * @param images how many
     * @param batch how many at once: their statistics together are matched
     * @param steps of Adam on each batch
     * @param rate of Adam, falling to zero; in units of the network's input
     * @param seed of the images to begin with
     */
    public record Settings(int images, int batch, int steps, double rate, long seed) {
        /** @throws IllegalArgumentException if one is not positive */
        public Settings {
            if (images < 1 || batch < 2 || steps < 1 || !(rate > 0)) {
                throw new IllegalArgumentException("images, steps and rate must be positive, a batch at least 2");
            }
        }
    }

    /**
     * What came out.
     *
     * @param images as the network takes them, [images, channels, height, width]
     * @param nodes how many BatchNormalization nodes were matched
     * @param lossBefore of the procedural images, mean over batches
     * @param lossAfter of the distilled ones
     */
    public record Result(NpyArray images, int nodes, double lossBefore, double lossAfter) {}

    private final Settings settings;

    /** A distillation. */
    public Distillation(Settings settings) {
        this.settings = settings;
    }

    /**
     * Distills.
     *
     * @param preprocessing what the model's images are put through; null to find out
     * @param threads threads of PyTorch
     * @throws InputException if the model has no BatchNormalization, or an operator without a gradient here
     */
    public Result run(Path file, @Nullable Preprocessing preprocessing, int threads, Progress progress) {
        OnnxModel onnx = ModelFile.read(file);
        try (NDManager manager = TorchEngine.open(threads);
                DifferentiableModel model = DifferentiableModel.of(onnx, manager)) {
            var loss = new StatisticsLoss(model, manager);
            Tensor start = proceduralImages(onnx, file, preprocessing);
            long[] shape = start.shape();
            int length = start.values().length / Math.toIntExact(shape[0]);
            int batches = Math.ceilDiv(Math.toIntExact(shape[0]), settings.batch());
            double before = 0;
            double after = 0;
            try (Progress.Task task = progress.start("distilling", (long) batches * settings.steps())) {
                for (int i = 0; i < batches; i++) {
                    int from = Math.toIntExact(shape[0] * i / batches) * length;
                    int to = Math.toIntExact(shape[0] * (i + 1) / batches) * length;
                    float[] images = Arrays.copyOfRange(start.values(), from, to);
                    long[] part = shape.clone();
                    part[0] = images.length / length;
                    long done = (long) i * settings.steps();
                    double[] losses = distill(images, new Shape(part), loss, manager, task, done);
                    before += losses[0] / batches;
                    after += losses[1] / batches;
                    System.arraycopy(images, 0, start.values(), from, images.length);
                }
            }
            int[] dimensions = Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
            return new Result(new NpyArray(dimensions, start.values()), loss.nodes(), before, after);
        }
    }

    private Tensor proceduralImages(OnnxModel onnx, Path file, @Nullable Preprocessing preprocessing) {
        try (OnnxRuntimeModel runtime = OnnxRuntimeModel.open(file, 1);
                CalibrationSamples samples = new SampleFactory(onnx, runtime, null)
                        .withoutData(settings.images(), preprocessing, settings.seed())) {
            List<Tensor> chunks = samples.values();
            long[] shape = chunks.getFirst().shape().clone();
            if (shape.length != 4) {
                throw InputException.of(file.toString(), "takes no images", "use a network that takes images");
            }
            int length =
                    chunks.stream().mapToInt(chunk -> chunk.values().length).sum();
            shape[0] = shape[0] * length / chunks.getFirst().values().length;
            float[] values = new float[length];
            int at = 0;
            for (Tensor chunk : chunks) {
                System.arraycopy(chunk.values(), 0, values, at, chunk.values().length);
                at += chunk.values().length;
            }
            return new Tensor(shape, values);
        }
    }

    /** Changes {@code values} in place; returns the losses before and after. */
    private double[] distill(
            float[] values, Shape shape, StatisticsLoss loss, NDManager manager, Progress.Task task, long done) {
        double before = 0;
        try (NDManager batch = manager.newSubManager()) {
            NDArray images = batch.create(values, shape);
            images.setRequiresGradient(true);
            var adam = new Adam(batch, Map.of("images", images));
            for (int step = 0; step < settings.steps(); step++) {
                try (NDManager scratch = batch.newSubManager();
                        GradientCollector collector =
                                Engine.getEngine("PyTorch").newGradientCollector()) {
                    NDArray value = loss.of(view(images, scratch));
                    collector.backward(value);
                    before = step == 0 ? value.getFloat() : before;
                }
                adam.step(settings.rate() * (1 + StrictMath.cos(Math.PI * step / settings.steps())) / 2);
                task.at(done + step + 1);
            }
            System.arraycopy(images.toFloatArray(), 0, values, 0, values.length);
            return new double[] {before, loss.of(view(images, batch)).getFloat()};
        }
    }

    /** The same values as an array of {@code scratch}, so that all that is made of it is freed with it. */
    private static NDArray view(NDArray images, NDManager scratch) {
        NDArray view = images.reshape(images.getShape());
        view.attach(scratch);
        return view;
    }
}
