package dev.signet.quantize.sample;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import dev.signet.core.compute.Compute;
import dev.signet.core.compute.ParallelLoop;
import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.quantize.drawn.PictureVariants;
import dev.signet.quantize.image.CifarFile;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputChoices;
import dev.signet.quantize.input.InputLayout;
import dev.signet.quantize.input.NetworkInput;
import dev.signet.quantize.input.NetworkInputs;
import dev.signet.quantize.input.OpenSides;
import dev.signet.quantize.input.RangeChoice;
import dev.signet.quantize.input.RangeFinder;
import dev.signet.quantize.input.Reduction;
import dev.signet.quantize.input.ValueRange;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the samples that a network is looked at with, from what the model itself says: procedural images, put through the
 * network with batch statistics where it has BatchNormalization nodes, as they are where it has none; or the user's images.
 */
public final class SampleFactory {
    /** Normalizations that stand behind so many of the convolutions keep drawn pictures in their range. */
    private static final double ALMOST_ALL = 0.9;

    private static final int OTHER_SAMPLES = 256;
    private static final int DEFAULT_IMAGES = 256;

    /** More large pictures than this gave no better bits. */
    private static final int LEAST_IMAGES = 16;

    // Few images are worth more mirrored and moved.
    private static final int VARIANTS = 4;
    // At most this many images are drawn or read at once, and so many chunks are there at the least: some of them serve
    // where a
    // part of the samples is enough.
    private static final int CHUNK = 64;
    private static final int PARTS = 8;

    private final OnnxModel model;
    private final OnnxRuntimeModel runtime;
    private final @Nullable Map<String, long[]> inputShapes;
    private final InputChoices choices;
    private final ParallelLoop loop;
    private final int threads;
    private SampleLimit limit = SampleLimit.NONE;
    private int mostVariants = VARIANTS;
    private @Nullable List<NetworkInput> decided;
    private @Nullable RangeChoice found;

    /** Samples for a model whose inputs are found out; {@code runtime} has the same model open. */
    public SampleFactory(OnnxModel model, OnnxRuntimeModel runtime, @Nullable Map<String, long[]> inputShapes) {
        this(
                model,
                runtime,
                inputShapes,
                InputChoices.NONE,
                ParallelLoop.sequential(),
                Runtime.getRuntime().availableProcessors());
    }

    /** The same with what the user says of the inputs, and threads to draw with. */
    public SampleFactory(
            OnnxModel model,
            OnnxRuntimeModel runtime,
            @Nullable Map<String, long[]> inputShapes,
            InputChoices choices,
            Compute compute) {
        this(model, runtime, inputShapes, choices, compute, compute.threads());
    }

    private SampleFactory(
            OnnxModel model,
            OnnxRuntimeModel runtime,
            @Nullable Map<String, long[]> inputShapes,
            InputChoices choices,
            ParallelLoop loop,
            int threads) {
        this.model = model;
        this.runtime = runtime;
        this.inputShapes = inputShapes;
        this.choices = choices;
        this.loop = loop;
        this.threads = threads;
    }

    /** From now on no more samples are made, or put into a tensor. */
    public SampleFactory within(SampleLimit most) {
        limit = most;
        return this;
    }

    /**
     * Samples without data.
     *
     * @param count how many, or 0 for as many as serve
     * @param preprocessing what the model's images are put through; null to find out
     */
    public CalibrationSamples withoutData(int count, @Nullable Preprocessing preprocessing, long seed) {
        List<NetworkInput> all = inputs(seed);
        int normalizations = normalizations();
        NetworkInput main = main(all);
        InputLayout layout = layout(main);
        List<Preprocessing> ranges = List.of(Preprocessing.UNIT);
        String range = "";
        if (layout != null) {
            if (preprocessing != null) {
                ranges = List.of(preprocessing);
                range = preprocessing.text();
            } else {
                RangeChoice choice = range(all, main, layout);
                ranges = choice.ranges().stream().map(ValueRange::preprocessing).toList();
                range = choice.text();
            }
        }
        var drawing = new InputDrawing(seed, normalizations > 0, ranges);
        NamedArrays files = NamedArrays.read(choices.files(), runtime.inputs());
        int wanted = count > 0
                ? count
                : layout == null
                        ? OTHER_SAMPLES
                        : defaultCount((long) layout.height() * layout.width(), isClassifier());
        int samples = Math.min(limit.most(), wanted);
        String drawn = layout == null
                ? samples + " drawn samples"
                : String.format(
                        Locale.ROOT,
                        "%d %s and %d noise images of %d x %d (%s)",
                        samples - drawing.noiseAmong(samples),
                        normalizations > 0 ? "dead-leaves" : "drawn",
                        drawing.noiseAmong(samples),
                        layout.width(),
                        layout.height(),
                        range);
        String description = "no data: %s%s; inputs: %s"
                .formatted(
                        drawn,
                        normalizations > 0
                                ? String.format(
                                        Locale.ROOT, ", renormalized by %d BatchNormalization nodes", normalizations)
                                : "",
                        all.stream().map(NetworkInput::text).collect(Collectors.joining("; ")));
        return new CalibrationSamples(
                new Feeds(files.shaped(all), runtime, loop)
                        .chunks(
                                samples,
                                Math.clamp(samples / PARTS, 1, Math.min(CHUNK, limit.perChunk())),
                                (input, sample) ->
                                        files.of(input, sample, seed).orElseGet(() -> drawing.draw(input, sample))),
                normalizations > 0 && files.isEmpty(),
                states(all),
                files.isEmpty() ? description : "inputs of the user; others: " + description);
    }

    /** Whether the network hears what it gave for the frame before. */
    public boolean hasStates(long seed) {
        return !states(inputs(seed)).isEmpty();
    }

    private static Map<String, String> states(List<NetworkInput> inputs) {
        Map<String, String> states = new LinkedHashMap<>();
        for (NetworkInput input : inputs) {
            if (input.kind() instanceof NetworkInput.State(String output)) {
                states.put(input.spec().name(), output);
            }
        }
        return states;
    }

    /** How many nodes renormalize drawn pictures; none unless they stand behind almost all convolutions. */
    private int normalizations() {
        GraphIndex graph = GraphIndex.of(model);
        int convolutions = 0;
        int normalized = 0;
        for (int node : graph.topologicalOrder()) {
            if (graph.node(node).getOpType().equals("Conv")) {
                convolutions++;
                normalized += graph.followingBatchNormalization(node).isPresent() ? 1 : 0;
            }
        }
        return normalized >= ALMOST_ALL * convolutions ? normalized : 0;
    }

    /** The input that says what a sample is: the first with pictures, or else the first. */
    private static NetworkInput main(List<NetworkInput> inputs) {
        return inputs.stream()
                .filter(input -> layout(input) != null)
                .findFirst()
                .orElse(inputs.getFirst());
    }

    private static @Nullable InputLayout layout(NetworkInput input) {
        return switch (input.kind()) {
            case NetworkInput.Pictures(InputLayout layout) -> layout;
            case NetworkInput.Spectrogram(InputLayout layout) -> layout;
            default -> null;
        };
    }

    /** What pictures must be put through for this network, the likeliest; empty where it takes none. */
    public Optional<Preprocessing> pictures() {
        List<NetworkInput> all = inputs(0);
        NetworkInput main = main(all);
        InputLayout layout = layout(main);
        return layout == null
                ? Optional.empty()
                : Optional.of(range(all, main, layout).ranges().getFirst().preprocessing());
    }

    private RangeChoice range(List<NetworkInput> all, NetworkInput main, InputLayout layout) {
        ValueRange given = choices.range(main.spec().name());
        if (given != null) {
            return new RangeChoice(List.of(given), 1, "given");
        }
        if (main.spec().type() == OnnxJavaType.UINT8) {
            return new RangeChoice(List.of(ValueRange.BYTES), 1, "the input holds bytes");
        }
        if (found == null) {
            List<NetworkInput> others =
                    all.stream().filter(input -> !input.equals(main)).toList();
            var drawing = new InputDrawing(0, false, List.of(Preprocessing.UNIT));
            found = new RangeFinder(model, runtime.outputs(), threads)
                    .of(main, layout, batch -> new Feeds(others, runtime, loop).one(0, batch, drawing::draw));
        }
        return found;
    }

    /** What the inputs are; open sides are filled so that the network runs. */
    private List<NetworkInput> inputs(long seed) {
        if (decided == null) {
            decided = decide(seed);
        }
        return decided;
    }

    private List<NetworkInput> decide(long seed) {
        Map<String, long[]> given = inputShapes == null ? Map.of() : inputShapes;
        List<NetworkInput> first = List.of();
        for (OpenSides open : OpenSides.candidates(isClassifier(), Reduction.of(GraphIndex.of(model)))) {
            List<NetworkInput> candidate =
                    NetworkInputs.of(model, runtime.inputs(), runtime.outputs(), given, choices, open);
            if (first.isEmpty()) {
                first = candidate;
            } else if (sameShapes(first, candidate)) {
                continue;
            }
            if (runs(candidate, seed)) {
                return candidate;
            }
        }
        // The walk reports what is wrong.
        return first;
    }

    private static boolean sameShapes(List<NetworkInput> a, List<NetworkInput> b) {
        for (int i = 0; i < a.size(); i++) {
            if (!Arrays.equals(a.get(i).shape(), b.get(i).shape())) {
                return false;
            }
        }
        return true;
    }

    private boolean runs(List<NetworkInput> inputs, long seed) {
        var drawing = new InputDrawing(seed, false, List.of(Preprocessing.UNIT));
        Map<String, OnnxTensor> feeds = Map.of();
        try {
            feeds = new Feeds(inputs, runtime, loop).one(0, 1, drawing::draw);
            runtime.run(feeds);
            return true;
        } catch (InputException e) {
            return false;
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    /** A few samples to measure with, the network as it is. */
    public CalibrationSamples few(@Nullable Preprocessing preprocessing, long seed) {
        CalibrationSamples samples = withoutData(8, preprocessing, seed);
        return new CalibrationSamples(samples.chunks(), false, samples.states(), "none");
    }

    /**
     * The user's samples: a folder of images (folders in it too), a CIFAR-10 binary file, or a {@code .npy} file of inputs as the
     * network takes them, [samples, ...].
     *
     * @param count how many to take, evenly; 0 for at most 256
     */
    public CalibrationSamples fromFiles(Path path, int count, @Nullable Preprocessing preprocessing, long seed) {
        if (path.toString().endsWith(".npy")) {
            return fromArray(path, count, seed);
        }
        if (Files.isRegularFile(path)) {
            CifarFile images = CifarFile.read(path, 0);
            int wanted = Math.min(limit.most(), Math.min(images.size(), count == 0 ? DEFAULT_IMAGES : count));
            return fromImages(
                    wanted,
                    i -> images.image(spread(i, images.size(), wanted, seed)),
                    preprocessing,
                    String.valueOf(path.getFileName()),
                    seed);
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(path, 8)) {
            files = all.filter(Picture::isPicture).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            IOException cause = e instanceof UncheckedIOException unchecked
                    ? Objects.requireNonNull(unchecked.getCause())
                    : (IOException) e;
            throw InputException.of(
                    path.toString(),
                    "can not be read (" + Messages.reason(cause) + ")",
                    "check the path and its permissions",
                    cause);
        }
        if (files.isEmpty()) {
            throw InputException.of(path.toString(), "there are no images", "give a folder with PNG or JPEG files");
        }
        int wanted = Math.min(limit.most(), Math.min(files.size(), count == 0 ? DEFAULT_IMAGES : count));
        return fromImages(
                wanted,
                i -> Picture.read(files.get(spread(i, files.size(), wanted, seed))),
                preprocessing,
                String.valueOf(path.getFileName()),
                seed);
    }

    /**
     * The user's inputs one by one, as they are and in their order: to compare networks on.
     *
     * @param most how many, the first ones of a network with memory, else evenly
     */
    public CalibrationSamples each(Path path, int most, @Nullable Preprocessing preprocessing) {
        SampleLimit before = limit;
        limit = new SampleLimit(most, 1);
        mostVariants = 1;
        try {
            return fromFiles(path, most, preprocessing, 0);
        } finally {
            limit = before;
            mostVariants = VARIANTS;
        }
    }

    /** The inputs that are states, with the outputs that they come from. */
    public Map<String, String> states() {
        Map<String, String> states = new LinkedHashMap<>();
        for (NetworkInput input : inputs(0)) {
            if (input.kind() instanceof NetworkInput.State(String output)) {
                states.put(input.spec().name(), output);
            }
        }
        return states;
    }

    /** The layout of the pictures; empty where the network takes none. */
    public Optional<InputLayout> layout() {
        return Optional.ofNullable(layout(main(inputs(0))));
    }

    /** Whether it listens: to sound, or to its spectrum. */
    public boolean takesSound() {
        NetworkInput.Kind kind = main(inputs(0)).kind();
        return kind instanceof NetworkInput.Sound
                || kind instanceof NetworkInput.Spectrum
                || kind instanceof NetworkInput.Spectrogram;
    }

    private CalibrationSamples fromArray(Path path, int count, long seed) {
        TensorSpec input = runtime.inputs().getFirst();
        NamedArrays array = NamedArrays.read(Map.of(input.name(), path), runtime.inputs());
        int wanted = Math.min(limit.most(), Math.min(array.samples(), count == 0 ? DEFAULT_IMAGES : count));
        // What remembers gets what follows each other.
        boolean inOrder = !states().isEmpty();
        var drawing = new InputDrawing(seed, false, List.of(Preprocessing.UNIT));
        return new CalibrationSamples(
                new Feeds(array.shaped(inputs(seed)), runtime, loop)
                        .chunks(
                                wanted,
                                Math.min(CHUNK, limit.perChunk()),
                                (described, sample) -> array.of(
                                                described,
                                                inOrder
                                                        ? sample
                                                        : spread(sample % wanted, array.samples(), wanted, seed),
                                                0)
                                        .orElseGet(() -> drawing.draw(described, sample))),
                false,
                String.format(Locale.ROOT, "%d samples of %s", wanted, path.getFileName()));
    }

    /** The values of a fixed batch, or of one sample. */
    private static float[] filled(NetworkInput input, int run, IntFunction<float[]> samples) {
        float[] values = new float[input.length()];
        float[] first = samples.apply(0);
        int batch = Math.max(1, values.length / first.length);
        for (int i = 0; i < batch; i++) {
            System.arraycopy(samples.apply(run * batch + i), 0, values, i * first.length, first.length);
        }
        return values;
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
        List<NetworkInput> all = inputs(seed);
        NetworkInput main = main(all);
        InputLayout layout = layout(main);
        if (layout == null) {
            throw InputException.of(
                    "input '" + main.spec().name() + "'",
                    "is no image",
                    "calibrate with a .npy file instead of images");
        }
        RangeChoice choice = preprocessing != null ? null : range(all, main, layout);
        Preprocessing chosen = choice == null
                ? Objects.requireNonNull(preprocessing)
                : choice.ranges().getFirst().preprocessing();
        int most = Math.min(limit.most(), defaultCount((long) layout.height() * layout.width(), isClassifier()));
        int variants = Math.clamp(most / images, 1, mostVariants);
        IntFunction<float[]> varied = i -> image(
                PictureVariants.of(
                        pictures.apply(i % images), i / images % variants, new SplittableRandom(seed * 1_000_003 + i)),
                chosen,
                layout);
        var drawing = new InputDrawing(seed, false, List.of(chosen));
        return new CalibrationSamples(
                new Feeds(all, runtime, loop)
                        .chunks(
                                variants * images,
                                Math.min(CHUNK, limit.perChunk()),
                                (described, sample) -> described.equals(main)
                                        ? filled(described, sample, varied)
                                        : drawing.draw(described, sample)),
                false,
                String.format(
                        Locale.ROOT,
                        "%d images of %s%s (%s)",
                        images,
                        name,
                        variants == 1
                                ? ""
                                : String.format(Locale.ROOT, ", each in %d variants, mirrored and moved", variants),
                        choice == null ? chosen.text() : choice.text()));
    }

    private static float[] image(Picture picture, Preprocessing preprocessing, InputLayout layout) {
        float[] values = new float[layout.imageLength()];
        layout.write(preprocessing.fit(picture, layout.width(), layout.height()), preprocessing, values, 0);
        return values;
    }

    /** The {@code i}-th of {@code wanted} out of {@code there}, taken evenly; which ones is up to the seed. */
    private static int spread(int i, int there, int wanted, long seed) {
        int even = Math.toIntExact((long) i * there / wanted);
        return (int) ((even + Math.floorMod(seed * 7, (long) Math.max(1, there / wanted))) % there);
    }

    /** As many images as give some million pixels: early layers see each of them, late ones one in a thousand. */
    private static int defaultCount(long pixels, boolean classifier) {
        long budget = classifier ? 1_310_720 : 600_000;
        return Math.clamp(budget / pixels, LEAST_IMAGES, 1280);
    }

    private boolean isClassifier() {
        return runtime.outputs().getFirst().shape().length == 2;
    }
}
