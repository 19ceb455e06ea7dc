package dev.signet.lab.task;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import dev.signet.core.compute.Compute;
import dev.signet.lab.agreement.Comparison;
import dev.signet.lab.agreement.OutputKind;
import dev.signet.lab.agreement.Recognized;
import dev.signet.lab.metric.Measured;
import dev.signet.lab.metric.Metric;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.figure.OutputFigures;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputChoices;
import dev.signet.quantize.input.InputLayout;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.RunnableModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.runtime.TensorSpec;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.sample.SampleFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a network does on a user's inputs, against what the original does there: any network, and no labels. The inputs are found out as
 * {@code quantize} finds them out, on the original. A network with memory goes through its samples in their order, each with the state that
 * itself has come to.
 */
public final class AgainstOriginal implements Task {
    /** Outputs of the original that are kept, in bytes. */
    private static final long KEPT = 400_000_000;

    private final TaskKind kind;
    private final CalibrationSamples samples;
    private final Map<String, TensorSpec> states;
    private final Map<String, String> outputs;
    private final List<Map<String, Tensor>> expected;
    private final List<TensorSpec> floating;
    private final Recognized recognized;

    private AgainstOriginal(
            TaskKind kind,
            CalibrationSamples samples,
            Map<String, TensorSpec> states,
            Map<String, String> outputs,
            List<Map<String, Tensor>> expected,
            List<TensorSpec> floating,
            Recognized recognized) {
        this.kind = kind;
        this.samples = samples;
        this.states = states;
        this.outputs = outputs;
        this.expected = expected;
        this.floating = floating;
        this.recognized = recognized;
    }

    /**
     * What the user says.
     *
     * @param data a folder of pictures, a CIFAR-10 binary file, or a {@code .npy} file of inputs
     * @param limit the most samples, 0 for as many as serve
     * @param given what pictures are put through; null to find out
     * @param threshold of boxes, masks and single probabilities; null for a half
     * @param output the output to look at; null for the likeliest
     */
    public record Question(
            Path data,
            int limit,
            @Nullable Preprocessing given,
            InputChoices choices,
            @Nullable Map<String, long[]> shapes,
            @Nullable Double threshold,
            @Nullable String output) {}

    /** More samples than that tell nothing new. */
    private static final int MOST = 1000;

    /**
     * Runs the original on all samples.
     *
     * @throws InputException if it does not run on the data, or its outputs are not of the kind that is asked for
     */
    public static AgainstOriginal of(
            TaskKind kind, OnnxModel model, OnnxRuntimeModel original, Question question, int threads) {
        try (var compute = new Compute(threads)) {
            var factory = new SampleFactory(model, original, question.shapes(), question.choices(), compute);
            return of(kind, original, question, factory);
        }
    }

    private static AgainstOriginal of(
            TaskKind kind, OnnxRuntimeModel original, Question question, SampleFactory factory) {
        Map<String, String> states = factory.states();
        List<TensorSpec> floating = original.outputs().stream()
                .filter(spec -> isFloating(spec.type()) && !states.containsValue(spec.name()))
                .toList();
        int most = question.limit() == 0 ? MOST : question.limit();
        try (CalibrationSamples one = factory.each(question.data(), 1, question.given())) {
            long bytes = original.run(one.chunks().getFirst()).values().stream()
                    .mapToLong(tensor -> 4L * tensor.values().length)
                    .sum();
            most = Math.clamp(KEPT / Math.max(1, bytes), 1, most);
        }
        CalibrationSamples samples = factory.each(question.data(), most, question.given());
        Map<String, TensorSpec> stateInputs = new LinkedHashMap<>();
        original.inputs().stream()
                .filter(spec -> states.containsKey(spec.name()))
                .forEach(spec -> stateInputs.put(spec.name(), spec));
        List<Map<String, Tensor>> expected = new ArrayList<>();
        var runs = new Runs(original, stateInputs, states);
        for (Map<String, OnnxTensor> chunk : samples.chunks()) {
            expected.addAll(split(runs.next(chunk), floating, OutputFigures.samplesOf(chunk)));
        }
        int[] size = factory.layout()
                .map(layout -> size(samples.chunks().getFirst(), layout))
                .orElse(new int[2]);
        var context = new Recognized.Context(size[0], size[1], factory.takesSound(), question.threshold());
        Recognized recognized = Recognized.of(expected, context, kind.outputs(), question.output(), original.name());
        return new AgainstOriginal(kind, samples, stateInputs, states, expected, floating, recognized);
    }

    /** Height and width of the pictures that are fed. */
    private static int[] size(Map<String, OnnxTensor> chunk, InputLayout layout) {
        return chunk.values().stream()
                .map(tensor -> tensor.getInfo().getShape())
                .filter(shape -> shape.length == 4)
                .findFirst()
                .map(shape -> layout.planar()
                        ? new int[] {Math.toIntExact(shape[2]), Math.toIntExact(shape[3])}
                        : new int[] {Math.toIntExact(shape[1]), Math.toIntExact(shape[2])})
                .orElse(new int[] {layout.height(), layout.width()});
    }

    /** A network's runs one after the other; it has its own states. */
    private record Runs(
            OnnxRuntimeModel model,
            Map<String, TensorSpec> states,
            Map<String, String> outputs,
            Map<String, Tensor> memory) {
        Runs(OnnxRuntimeModel model, Map<String, TensorSpec> states, Map<String, String> outputs) {
            this(model, states, outputs, new LinkedHashMap<>());
        }

        Map<String, Tensor> next(Map<String, OnnxTensor> chunk) {
            Map<String, OnnxTensor> own = new LinkedHashMap<>();
            Map<String, OnnxTensor> feeds = new LinkedHashMap<>(chunk);
            memory.forEach((input, state) -> {
                TensorSpec spec = states.get(input);
                if (spec != null) {
                    own.put(input, OnnxRuntimeModel.tensor(spec, state.values(), state.shape()));
                }
            });
            feeds.putAll(own);
            try {
                Map<String, Tensor> given = model.run(feeds);
                outputs.forEach((input, output) -> {
                    Tensor state = given.get(output);
                    if (state != null) {
                        memory.put(input, state);
                    }
                });
                return given;
            } finally {
                own.values().forEach(OnnxTensor::close);
            }
        }
    }

    /** The outputs of each sample, with a first dimension of 1 where there was a batch. */
    private static List<Map<String, Tensor>> split(
            Map<String, Tensor> outputs, List<TensorSpec> floating, int samples) {
        List<Map<String, Tensor>> parts = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            Map<String, Tensor> part = new LinkedHashMap<>();
            for (TensorSpec spec : floating) {
                Tensor whole = outputs.get(spec.name());
                if (whole != null) {
                    part.put(spec.name(), samples == 1 ? whole : part(whole, i, samples));
                }
            }
            parts.add(part);
        }
        return parts;
    }

    private static Tensor part(Tensor whole, int index, int samples) {
        long[] shape = whole.shape().clone();
        if (shape.length == 0 || shape[0] != samples) {
            return whole;
        }
        shape[0] = 1;
        int length = whole.values().length / samples;
        return new Tensor(shape, Arrays.copyOfRange(whole.values(), index * length, (index + 1) * length));
    }

    private static boolean isFloating(OnnxJavaType type) {
        return switch (type) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> true;
            default -> false;
        };
    }

    @Override
    public TaskKind kind() {
        return kind;
    }

    /** What the outputs were found to be. */
    public OutputKind outputKind() {
        return recognized.kind();
    }

    @Override
    public int size() {
        return expected.size();
    }

    @Override
    public Map<String, String> conditions() {
        return Map.of(
                "inputs", samples.description(),
                "compared", recognized.kind().name().toLowerCase(Locale.ROOT),
                "output", recognized.output());
    }

    /**
     * Compares a network's outputs with the original's.
     *
     * @throws InputException if it is another network, or runs in another runtime than stock ONNX Runtime
     */
    @Override
    public Measured measure(RunnableModel model, IntConsumer done) {
        if (!(model instanceof OnnxRuntimeModel network)) {
            throw InputException.of(
                    model.name(),
                    "is compared with its original in stock ONNX Runtime only",
                    "leave --runtime signet out");
        }
        Comparison comparison = recognized.comparison().get();
        var runs = new Runs(network, states, outputs);
        List<OutputFigures.Run> pairs = new ArrayList<>();
        int sample = 0;
        for (Map<String, OnnxTensor> chunk : samples.chunks()) {
            for (Map<String, Tensor> actual : split(runs.next(chunk), floating, OutputFigures.samplesOf(chunk))) {
                Map<String, Tensor> wanted = expected.get(sample++);
                check(wanted, actual, model.name());
                comparison.add(wanted, actual);
                pairs.add(new OutputFigures.Run(wanted, actual, 1));
                done.accept(sample);
            }
        }
        Measured measured = comparison.measured();
        SequencedMap<Metric, Double> figures = new LinkedHashMap<>(measured.figures());
        OutputFigures.worst(OutputFigures.of(floating, pairs.stream()))
                .ifPresent(snr -> figures.put(Metric.OUTPUT_SNR, snr));
        return new Measured(figures, measured.samples());
    }

    private static void check(Map<String, Tensor> expected, Map<String, Tensor> actual, String name) {
        expected.forEach((output, tensor) -> {
            Tensor other = actual.get(output);
            if (other == null || other.values().length != tensor.values().length) {
                throw InputException.of(
                        name,
                        "gives %s where its original gives %s for '%s'"
                                .formatted(
                                        other == null ? "nothing" : Arrays.toString(other.shape()),
                                        Arrays.toString(tensor.shape()),
                                        output),
                        "compare it with the model that it was made of");
            }
        });
    }
}
