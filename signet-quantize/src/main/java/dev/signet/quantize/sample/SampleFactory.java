package dev.signet.quantize.sample;

import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.quantize.array.NpyArray;
import dev.signet.quantize.drawn.ColouredNoise;
import dev.signet.quantize.drawn.DeadLeaves;
import dev.signet.quantize.drawn.PictureVariants;
import dev.signet.quantize.image.CifarFile;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputLayout;
import dev.signet.quantize.input.InputRange;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.TensorSpec;
import dev.signet.quantize.runtime.TrialInputs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the samples that a network is looked at with, from what the model itself says: procedural images, put through the
 * network with batch statistics where it has BatchNormalization nodes, as they are where it has none; or the user's images.
 */
public final class SampleFactory {
    /** Two thirds dead leaves, one third noise: edges and textures. */
    private static final int NOISE_EVERY = 3;

    private static final int CLASSIFIER_SIDE = 224;
    // Large enough for the receptive fields of restoration networks, and a multiple of all their strides.
    private static final int IMAGE_SIDE = 96;
    private static final int DEFAULT_IMAGES = 256;
    // Few images are worth more mirrored and moved.
    private static final int VARIANTS = 4;
    // At most this many images are drawn or read at once.
    private static final int CHUNK = 64;

    private final OnnxModel model;
    private final OnnxRuntimeModel runtime;
    private final @Nullable Map<String, long[]> inputShapes;

    /** Samples for a model; {@code runtime} has the same model open. */
    public SampleFactory(OnnxModel model, OnnxRuntimeModel runtime, @Nullable Map<String, long[]> inputShapes) {
        this.model = model;
        this.runtime = runtime;
        this.inputShapes = inputShapes;
    }

    /**
     * Samples without data.
     *
     * @param count how many, or 0 for as many as serve
     * @param preprocessing what the model's images are put through; null to find out
     */
    public CalibrationSamples withoutData(int count, @Nullable Preprocessing preprocessing, long seed) {
        TensorSpec input = runtime.inputs().getFirst();
        long normalizations = model.proto().getGraph().getNodeList().stream()
                .filter(node -> NodeView.of(node).is("BatchNormalization"))
                .count();
        long[] shape = imageShape(input);
        boolean image = shape.length == 4 && (shape[1] == 3 || shape[1] == 1);
        if (!image) {
            return noise(count == 0 ? 256 : count, seed, normalizations > 0);
        }
        int height = (int) shape[2];
        int width = (int) shape[3];
        int images = count > 0 ? count : defaultCount((long) height * width, isClassifier());
        IntFunction<Picture> pictures = i -> {
            // Each image has a seed of its own, so that their number does not change them.
            var random = new SplittableRandom(seed * 1_000_003 + i);
            return i % NOISE_EVERY == NOISE_EVERY - 1
                    ? ColouredNoise.draw(width, height, random)
                    : DeadLeaves.draw(width, height, random);
        };
        Preprocessing range = preprocessing != null ? preprocessing : guess(pictures.apply(0), shape);
        int noise = images / NOISE_EVERY;
        String description = "%d dead-leaves and %d noise images of %d x %d (%s)%s"
                .formatted(
                        images - noise,
                        noise,
                        width,
                        height,
                        range.text(),
                        normalizations > 0
                                ? ", renormalized by %d BatchNormalization nodes".formatted(normalizations)
                                : "");
        return new CalibrationSamples(
                chunks(images, shape, pictures, range, seed), normalizations > 0, "no data: " + description);
    }

    /** A few samples to measure with, the network as it is. */
    public CalibrationSamples few(@Nullable Preprocessing preprocessing, long seed) {
        CalibrationSamples samples = withoutData(8, preprocessing, seed);
        return new CalibrationSamples(samples.chunks(), false, "none");
    }

    /**
     * The user's samples: a folder of images (folders in it too), a CIFAR-10 binary file, or a {@code .npy} file of inputs as the
     * network takes them, [samples, ...].
     *
     * @param count how many to take, evenly; 0 for at most 256
     */
    public CalibrationSamples fromFiles(Path path, int count, @Nullable Preprocessing preprocessing, long seed) {
        if (path.getFileName().toString().endsWith(".npy")) {
            return fromArray(path, count, seed);
        }
        if (Files.isRegularFile(path)) {
            CifarFile images = CifarFile.read(path, 0);
            int wanted = Math.min(images.size(), count == 0 ? DEFAULT_IMAGES : count);
            return fromImages(
                    wanted,
                    i -> images.image(spread(i, images.size(), wanted, seed)),
                    preprocessing,
                    path.getFileName().toString(),
                    seed);
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(path, 8)) {
            files = all.filter(Picture::isPicture).sorted().toList();
        } catch (IOException e) {
            throw InputException.of(path.toString(), "can not be read: " + e.getMessage(), "check the path", e);
        }
        if (files.isEmpty()) {
            throw InputException.of(path.toString(), "there are no images", "give a folder with PNG or JPEG files");
        }
        int wanted = Math.min(files.size(), count == 0 ? DEFAULT_IMAGES : count);
        return fromImages(
                wanted,
                i -> Picture.read(files.get(spread(i, files.size(), wanted, seed))),
                preprocessing,
                path.getFileName().toString(),
                seed);
    }

    private CalibrationSamples fromArray(Path path, int count, long seed) {
        NpyArray array;
        try (InputStream stream = Files.newInputStream(path)) {
            array = NpyArray.read(stream, path.toString());
        } catch (IOException e) {
            throw InputException.of(path.toString(), "can not be read: " + e.getMessage(), "check the path", e);
        }
        TensorSpec input = runtime.inputs().getFirst();
        long[] shape = input.shape();
        boolean fits = array.shape().length == shape.length && array.shape().length > 0 && array.shape()[0] > 0;
        for (int i = 1; fits && i < shape.length; i++) {
            fits = shape[i] < 0 || shape[i] == array.shape()[i];
        }
        if (!fits) {
            throw InputException.of(
                    path.toString(),
                    "has shape %s where input '%s' takes %s"
                            .formatted(Arrays.toString(array.shape()), input.name(), Arrays.toString(shape)),
                    "save inputs as the network takes them, [samples, ...]");
        }
        int there = array.shape()[0];
        int wanted = Math.min(there, count == 0 ? DEFAULT_IMAGES : count);
        int length = array.values().length / there;
        long[] sample = Arrays.stream(array.shape()).asLongStream().toArray();
        sample[0] = shape[0];
        return new CalibrationSamples(
                chunks(
                        wanted,
                        sample,
                        i -> {
                            int from = spread(i, there, wanted, seed) * length;
                            return Arrays.copyOfRange(array.values(), from, from + length);
                        },
                        seed),
                false,
                "%d samples of %s".formatted(wanted, path.getFileName()));
    }

    /**
     * The user's images.
     *
     * @param images how many there are
     * @param pictures gives each
     * @param name what messages call them
     */
    public CalibrationSamples fromImages(
            int images, IntFunction<Picture> pictures, @Nullable Preprocessing preprocessing, String name, long seed) {
        TensorSpec input = runtime.inputs().getFirst();
        long[] shape = imageShape(input);
        if (shape.length != 4 || (shape[1] != 3 && shape[1] != 1)) {
            throw InputException.of(
                    "input '" + input.name() + "'", "is no image", "calibrate with a .npy file instead of images");
        }
        Preprocessing range = preprocessing != null ? preprocessing : guess(pictures.apply(0), shape);
        int variants = Math.clamp(defaultCount(shape[2] * shape[3], isClassifier()) / images, 1, VARIANTS);
        IntFunction<Picture> varied = i ->
                PictureVariants.of(pictures.apply(i % images), i / images, new SplittableRandom(seed * 1_000_003 + i));
        return new CalibrationSamples(
                chunks(variants * images, shape, varied, range, seed),
                false,
                "%d images of %s%s (%s)"
                        .formatted(
                                images,
                                name,
                                variants == 1 ? "" : ", each in %d variants, mirrored and moved".formatted(variants),
                                range.text()));
    }

    /** The {@code i}-th of {@code wanted} out of {@code there}, taken evenly; which ones is up to the seed. */
    private static int spread(int i, int there, int wanted, long seed) {
        int even = (int) ((long) i * there / wanted);
        return (int) ((even + Math.floorMod(seed * 7, (long) Math.max(1, there / wanted))) % there);
    }

    /** As many images as give some million pixels: early layers see each of them, late ones one in a thousand. */
    private static int defaultCount(long pixels, boolean classifier) {
        long budget = classifier ? 1_310_720 : 600_000;
        return Math.clamp(budget / pixels, 32, 1280);
    }

    private boolean isClassifier() {
        return runtime.outputs().getFirst().shape().length == 2;
    }

    /** The first input's shape with open dimensions filled in; the batch as the model has it, -1 for open. */
    private long[] imageShape(TensorSpec input) {
        long[] given = inputShapes == null ? null : inputShapes.get(input.name());
        long[] shape = given == null ? input.shape().clone() : given.clone();
        int side = isClassifier() ? CLASSIFIER_SIDE : IMAGE_SIDE;
        for (int i = 1; i < shape.length; i++) {
            if (shape[i] < 0) {
                shape[i] = i == 1 ? 3 : side;
            }
        }
        return shape;
    }

    /** What the network's images are put through: classifiers mostly take normalized ones. */
    private Preprocessing guess(Picture example, long[] shape) {
        if (isClassifier() || runtime.inputs().size() > 1) {
            return isClassifier() ? Preprocessing.CLASSIFICATION : Preprocessing.UNIT;
        }
        InputLayout layout =
                new InputLayout((int) Math.max(0, shape[0]), (int) shape[1], (int) shape[3], (int) shape[2], true);
        Picture fitted = Preprocessing.UNIT.fit(example, layout.width(), layout.height());
        return InputRange.ofImages(runtime, layout, fitted);
    }

    private List<Map<String, OnnxTensor>> chunks(
            int images, long[] shape, IntFunction<Picture> pictures, Preprocessing preprocessing, long seed) {
        return chunks(images, shape, i -> image(pictures.apply(i), preprocessing, shape), seed);
    }

    private List<Map<String, OnnxTensor>> chunks(int images, long[] shape, IntFunction<float[]> inputs, long seed) {
        int perChunk = shape[0] > 0 ? (int) shape[0] : Math.min(CHUNK, images);
        List<Map<String, OnnxTensor>> chunks = new ArrayList<>();
        int length = Math.toIntExact(Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact));
        for (int first = 0; first < images; first += perChunk) {
            // A fixed batch that the images do not fill begins with the first ones again.
            int size = shape[0] > 0 ? perChunk : Math.min(perChunk, images - first);
            float[] values = new float[size * length];
            for (int i = 0; i < size; i++) {
                System.arraycopy(inputs.apply((first + i) % images), 0, values, i * length, length);
            }
            long[] chunkShape = shape.clone();
            chunkShape[0] = size;
            chunks.add(feeds(values, chunkShape, seed));
        }
        return chunks;
    }

    /** One picture as the network wants it: three channels, or their luma for one. */
    private static float[] image(Picture picture, Preprocessing preprocessing, long[] shape) {
        InputLayout layout = new InputLayout(1, (int) shape[1], (int) shape[3], (int) shape[2], true);
        float[] values = new float[layout.imageLength()];
        layout.write(preprocessing.fit(picture, layout.width(), layout.height()), preprocessing, values, 0);
        return values;
    }

    /** The image as the first input; noise for any others. */
    private Map<String, OnnxTensor> feeds(float[] values, long[] shape, long seed) {
        List<TensorSpec> inputs = runtime.inputs();
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        if (inputs.size() > 1) {
            List<TensorSpec> others = inputs.subList(1, inputs.size());
            feeds.putAll(TrialInputs.feeds(others, TrialInputs.shapes(others).getFirst(), seed));
        }
        feeds.put(inputs.getFirst().name(), OnnxRuntimeModel.tensor(inputs.getFirst(), values, shape));
        return feeds;
    }

    private CalibrationSamples noise(int samples, long seed, boolean batchStatistics) {
        List<TensorSpec> inputs = runtime.inputs();
        List<Map<String, OnnxTensor>> chunks = new ArrayList<>();
        Map<String, long[]> shapes = inputShapes == null ? workingShapes(inputs, seed) : inputShapes;
        for (int i = 0; i < samples; i++) {
            chunks.add(TrialInputs.feeds(inputs, shapes, seed + i));
        }
        return new CalibrationSamples(chunks, batchStatistics, "no data: %d samples of noise".formatted(samples));
    }

    private Map<String, long[]> workingShapes(List<TensorSpec> inputs, long seed) {
        for (Map<String, long[]> candidate : TrialInputs.shapes(inputs)) {
            if (runs(TrialInputs.feeds(inputs, candidate, seed))) {
                return candidate;
            }
        }
        // The walk reports what is wrong.
        return TrialInputs.shapes(inputs).getLast();
    }

    private boolean runs(Map<String, OnnxTensor> feeds) {
        try {
            runtime.run(feeds);
            return true;
        } catch (InputException e) {
            return false;
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }
}
