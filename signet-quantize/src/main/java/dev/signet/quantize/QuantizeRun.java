package dev.signet.quantize;

import ai.onnxruntime.OnnxTensor;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.compute.Compute;
import dev.signet.core.compute.Phases;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.LeanModel;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.rewrite.NarrowConstants;
import dev.signet.onnx.rewrite.Provenance;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.store.PendingFile;
import dev.signet.quantize.allocate.DamageWalk;
import dev.signet.quantize.allocate.NoiseCurve;
import dev.signet.quantize.allocate.NoiseProbe;
import dev.signet.quantize.correct.CalibratedNetwork;
import dev.signet.quantize.correct.NetworkQuantizer;
import dev.signet.quantize.figure.OutputFigure;
import dev.signet.quantize.figure.OutputFigures;
import dev.signet.quantize.figure.UserMetric;
import dev.signet.quantize.fold.NormalizationFolding;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.sample.Calibration;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.solve.HeatMapLayerSolver;
import dev.signet.quantize.solve.HeatMapSource;
import dev.signet.quantize.solve.Importance;
import dev.signet.quantize.solve.LayerSolver;
import dev.signet.quantize.solve.OutputAwareLayerSolver;
import dev.signet.quantize.solve.SharedAttention;
import dev.signet.quantize.statistics.OriginalStatistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** One run over one model: from what is selected to what is written. Each stage is a value that the next one takes. */
final class QuantizeRun implements AutoCloseable {
    /** A metric on the user's data may take minutes. */
    private static final int DROP_ROUNDS = 6;

    private final OnnxModel source;
    private final OnnxModel model;
    private final QuantizeOptions options;
    private final Compute compute;
    private final Progress progress;
    private final Phases phases;
    private HalfFloats leftovers = HalfFloats.NONE;
    private @Nullable Provenance provenance;
    private @Nullable CalibrationSamples trial;
    private OutputFigures.@Nullable Original original;

    /**
     * @param source what the file says it was made of
     * @param model the source with its weights stored ({@link dev.signet.quantize.fold.StoredWeights})
     */
    QuantizeRun(
            OnnxModel source,
            OnnxModel model,
            QuantizeOptions options,
            Compute compute,
            Progress progress,
            Phases phases) {
        this.source = source;
        this.model = model;
        this.options = options;
        this.compute = compute;
        this.progress = progress;
        this.phases = phases;
    }

    /**
     * A selection whose weights were found.
     *
     * @param heatMaps what the solver was given for each tensor, in the order of its matrix; empty where it takes none
     * @param damage what each number of bits would do to each tensor; empty where it was not measured
     */
    record Solved(
            Selection selection,
            CalibratedNetwork network,
            String statistics,
            Map<WeightTensor, float[]> heatMaps,
            Map<WeightTensor, double[]> damage,
            List<String> notes) {}

    /**
     * A network that was written to the pending file.
     *
     * @param rewritten the model in the file
     * @param renamed what tensors of the source are called there, where they have other names
     * @param bytes of the file, external data included
     * @param figures of the outputs, the worst first; empty where the network could not be looked at
     */
    record Written(
            Solved solved, OnnxModel rewritten, Map<String, String> renamed, long bytes, List<OutputFigure> figures) {}

    /** Goes from a selection to a file. */
    Written write(Selection selection, PendingFile pending) {
        try (Calibration calibration = phases.in("samples", () -> calibration(selection))) {
            trial = calibration instanceof Calibration.Seen seen
                    ? seen.heldOut().copy(1)
                    : null;
            leftovers = phases.in("what stays float", () -> leftovers(selection, calibration, pending));
            return switch (options.bits()) {
                case BitPolicy.TargetSize(long bytes) -> sized(bytes, selection, calibration, pending);
                case BitPolicy.MinSnr(double decibels) -> good(decibels, selection, calibration, pending);
                case BitPolicy.MaxDrop(double points, UserMetric metric) ->
                    worthwhile(points, metric, selection, calibration, pending);
                default -> written(solve(selection, calibration, Map.of()), calibration, pending);
            };
        }
    }

    /** Inputs of the right kind, which nothing was solved with; empty where none are known. */
    Map<String, OnnxTensor> trial() {
        return trial == null ? Map.of() : trial.chunks().getFirst();
    }

    @Override
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }

    private Calibration calibration(Selection selection) {
        boolean used = options.bits().isAllocated()
                || options.method() == Method.OUTPUT_AWARE
                || options.effectiveImportance().wantsStatistics()
                || options.correct();
        return new Calibrations(options, compute, progress)
                .of(model, List.copyOf(selection.bits().keySet()), used);
    }

    private Written written(Solved solved, Calibration calibration, PendingFile pending) {
        LeanModel lean = stored(solved.network());
        pending.write(lean.model());
        solved.notes().addAll(lean.notes());
        List<OutputFigure> figures = phases.in("figures", () -> figures(calibration, pending));
        return new Written(solved, lean.model(), lean.renamed(), pending.bytes(), figures);
    }

    /** What the pending file's outputs are like on samples that nothing was solved with. */
    private List<OutputFigure> figures(Calibration calibration, PendingFile pending) {
        if (!(calibration instanceof Calibration.Seen seen)) {
            return List.of();
        }
        if (original == null) {
            try (OnnxRuntimeModel opened = OnnxRuntimeModel.open(model.path(), compute.threads())) {
                original = OutputFigures.Original.of(opened, seen.heldOut());
            }
        }
        try (OnnxRuntimeModel quantized = OnnxRuntimeModel.open(pending.path(), compute.threads())) {
            return OutputFigures.measure(original, quantized);
        }
    }

    /**
     * The fewest bytes that keep the outputs good: bits by the damage that each weight does alone, until what comes out of all
     * weights together is as good as asked for.
     */
    private Written good(double decibels, Selection candidates, Calibration calibration, PendingFile pending) {
        var search = new QualitySearch(decibels, target(decibels, candidates, calibration), source.bytes());
        Written best = null;
        boolean inFile = false;
        while (!search.isDone()) {
            Written last = written(
                    solve(candidates.withBits(search.bits()), calibration, search.damage()), calibration, pending);
            inFile = search.tried(OutputFigures.worst(last.figures()).orElse(decibels), last.bytes());
            if (inFile) {
                best = last;
            }
        }
        Written result = Objects.requireNonNull(best, "one trial with all samples at the least");
        if (!inFile) {
            pending.write(result.rewritten());
        }
        search.missed().ifPresent(note -> result.solved().notes().add(note));
        return result;
    }

    private QualityTarget target(double decibels, Selection candidates, Calibration calibration) {
        return new QualityTarget(decibels, noises(candidates, calibration), options);
    }

    /** What each weight brings to the worst output. */
    private Map<WeightTensor, NoiseCurve> noises(Selection candidates, Calibration calibration) {
        List<WeightTensor> tensors = List.copyOf(candidates.bits().keySet());
        LayerSolver solver =
                solver(heatMaps(new Importance.Uniform(), calibration), calibration, tensor -> NoiseCurve.FEW);
        var probe = new NoiseProbe(model, tensors, solver, compute);
        return switch (calibration) {
            case Calibration.Seen seen -> phases.in("damage of each layer", () -> probe.measure(seen, progress));
            case Calibration.None none -> probe.unknown();
        };
    }

    /** The fewest bytes that a user's metric holds with: bits for this many decibels or that ({@link DropSearch}). */
    private Written worthwhile(
            double points, UserMetric metric, Selection candidates, Calibration calibration, PendingFile pending) {
        Map<WeightTensor, NoiseCurve> noises = noises(candidates, calibration);
        var search = new DropSearch();
        Map<Map<WeightTensor, Integer>, Double> drops = new HashMap<>();
        Solved best = null;
        double lost = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int round = 0; round < DROP_ROUNDS && !search.isDone(); round++) {
            double decibels = search.next();
            var target = new QualityTarget(decibels, noises, options);
            Map<WeightTensor, Integer> bits = target.choose();
            Double drop = drops.get(bits);
            if (drop == null) {
                Solved solved = solve(candidates.withBits(bits), calibration, target.damage());
                pending.write(rewritten(solved.network(), options.format()));
                drop = phases.in("the user's metric", () -> drop(metric, pending));
                drops.put(bits, drop);
                if (drop <= points) {
                    best = solved;
                    lost = drop;
                }
            }
            least = Math.min(least, drop);
            search.tried(decibels, drop <= points);
        }
        if (best == null) {
            throw new NotAchievedException(String.format(
                    Locale.ROOT,
                    "%s: a drop of %s points in %s was asked for; the least that came out is %.2f; nothing was written"
                            + " (allow more, give --calibrate, or --exclude what must stay)",
                    source.where(),
                    points,
                    metric.name(),
                    least));
        }
        Written written = written(best, calibration, pending);
        best.notes().add(String.format(Locale.ROOT, "%.2f points lost of %s", lost, metric.name()));
        return written;
    }

    private double drop(UserMetric metric, PendingFile pending) {
        try (OnnxRuntimeModel quantized = OnnxRuntimeModel.open(pending.path(), compute.threads())) {
            return metric.drop(quantized);
        }
    }

    /** The model with a network's weights and corrections. */
    OnnxModel rewritten(CalibratedNetwork network, Format format) {
        NormalizationFolding folding = NormalizationFolding.of(model, network.weights(), network.edits());
        OnnxModel rewritten =
                new ModelRewriter(model).rewrite(folding.weights(), format, provenance(), folding.edits());
        return leftovers.rounded(rewritten);
    }

    /** The same as it is stored. */
    private LeanModel stored(CalibratedNetwork network) {
        OnnxModel rewritten = rewritten(network, options.format());
        boolean narrow = options.format() == Format.PACKED || options.format() == Format.INLINE;
        return LeanModel.of(narrow ? NarrowConstants.of(rewritten) : rewritten, options.documentation());
    }

    /** Whether what stays float is rounded, by what that alone does to the outputs. */
    private HalfFloats leftovers(Selection selection, Calibration calibration, PendingFile pending) {
        // Elsewhere the numbers that decode weights are constants of the graph, too.
        boolean own = options.format() == Format.PACKED || options.format() == Format.FLOAT;
        if (!own || !(calibration instanceof Calibration.Seen)) {
            return HalfFloats.NONE;
        }
        for (HalfFloats candidate : HalfFloats.candidates(selection, options)) {
            OnnxModel rounded = candidate.rounded(model);
            if (rounded.equals(model)) {
                return HalfFloats.NONE;
            }
            pending.write(rounded);
            OptionalDouble reached = OutputFigures.worst(figures(calibration, pending));
            if (reached.isPresent() && reached.getAsDouble() >= HalfFloats.decibels(options.bits())) {
                return candidate;
            }
        }
        return HalfFloats.NONE;
    }

    // Made once: it hashes the whole source, and a search for bits writes many files.
    private Provenance provenance() {
        if (provenance == null) {
            Map<String, String> entries = new HashMap<>();
            entries.put(Provenance.VERSION, SignetVersion.current());
            entries.put(Provenance.OPTIONS, options.text());
            entries.put(Provenance.SOURCE, source.sha256());
            provenance = Provenance.of(entries);
        }
        return provenance;
    }

    /** Chooses bits for a number of bytes, and again with less room while what comes out is larger. */
    private Written sized(long bytes, Selection candidates, Calibration calibration, PendingFile pending) {
        Map<WeightTensor, double[]> damage = phases.in(
                "damage of each layer",
                () -> damage(List.copyOf(candidates.bits().keySet()), calibration));
        var sizes = new SizeTarget(bytes, damage, options, bits -> {
            pending.write(stored(CalibratedNetwork.unseen(SizeTarget.blank(bits, options)))
                    .model());
            return pending.bytes();
        });
        while (true) {
            Map<WeightTensor, Integer> bits = sizes.choose().orElse(null);
            if (bits == null) {
                written(solve(candidates.withBits(sizes.smallest()), calibration, damage), calibration, pending);
                throw sizes.outOfReach(pending.bytes());
            }
            Written written = written(solve(candidates.withBits(bits), calibration, damage), calibration, pending);
            if (sizes.fits(written.bytes())) {
                written.solved()
                        .notes()
                        .add(String.format(Locale.ROOT, "%d of %d bytes are used", written.bytes(), bytes));
                return written;
            }
        }
    }

    private Map<WeightTensor, double[]> damage(List<WeightTensor> tensors, Calibration calibration) {
        // Eight modules for each layer would take long to train: bits are dealt out by the heat map that is nearest.
        Importance importance = options.effectiveImportance() instanceof Importance.Attention
                ? new Importance.Activation()
                : options.effectiveImportance();
        HeatMapSource heatMaps = heatMaps(importance, calibration);
        var walk = new DamageWalk(
                model, tensors, bits -> solver(heatMaps, calibration, tensor -> bits), options.correct(), compute);
        return switch (calibration) {
            case Calibration.Seen seen -> walk.measure(seen.samples(), progress);
            case Calibration.None none -> walk.ofWeights();
        };
    }

    private Solved solve(Selection selection, Calibration calibration, Map<WeightTensor, double[]> damage) {
        Map<WeightTensor, Integer> bits = selection.bits();
        HeatMapSource heatMaps = heatMaps(options.effectiveImportance(), calibration);
        LayerSolver solver = solver(heatMaps, calibration, tensor -> Objects.requireNonNull(bits.get(tensor)));
        List<WeightTensor> tensors = List.copyOf(bits.keySet());
        List<String> notes = new ArrayList<>(selection.notes());
        CalibratedNetwork network = switch (calibration) {
            case Calibration.Seen seen -> seen(tensors, solver, heatMaps, seen.samples());
            case Calibration.None(String reason) -> {
                notes.add("the layers can not be looked at one by one, so nothing is corrected (%s)".formatted(reason));
                yield unseen(tensors, solver);
            }
        };
        return new Solved(selection, network, calibration.description(), heatMaps.given(), damage, notes);
    }

    private CalibratedNetwork seen(
            List<WeightTensor> tensors, LayerSolver solver, HeatMapSource heatMaps, CalibrationSamples samples) {
        if (solver instanceof HeatMapLayerSolver own) {
            SharedAttention shared = heatMaps.shared(own::quantizer, compute);
            if (shared != null) {
                train(shared, tensors, samples);
            }
        }
        return new NetworkQuantizer(model, tensors, solver, options.correct(), compute)
                .quantize(samples.copy(Integer.MAX_VALUE), progress, phases);
    }

    private CalibratedNetwork unseen(List<WeightTensor> tensors, LayerSolver solver) {
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        tensors.forEach(tensor -> weights.put(tensor, solver.solve(tensor, null, compute)));
        return CalibratedNetwork.unseen(weights);
    }

    private void train(SharedAttention shared, List<WeightTensor> tensors, CalibrationSamples samples) {
        int nodes = model.proto().getGraph().getNodeCount();
        try (Progress.Task task = progress.start("heat maps", nodes)) {
            new OriginalStatistics(model, tensors, compute).collect(samples.copy(Integer.MAX_VALUE), task, shared);
            shared.train();
        }
    }

    private LayerSolver solver(HeatMapSource heatMaps, Calibration calibration, ToIntFunction<WeightTensor> chosen) {
        return options.method() == Method.OUTPUT_AWARE
                ? new OutputAwareLayerSolver(
                        options.layerGrouping(),
                        options.offset(),
                        options.format() == Format.DQ,
                        calibration.blend(),
                        chosen)
                : new HeatMapLayerSolver(options.method(), options.layerGrouping(), options.offset(), heatMaps, chosen);
    }

    private HeatMapSource heatMaps(Importance importance, Calibration calibration) {
        return new HeatMapSource(importance, calibration.blend(), options.correct(), options.seed());
    }
}
