package dev.signet.quantize;

import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.Phases;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.rewrite.Provenance;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.scan.WeightUse;
import dev.signet.onnx.store.PendingFile;
import dev.signet.quantize.allocate.DamageWalk;
import dev.signet.quantize.correct.CalibratedNetwork;
import dev.signet.quantize.correct.NetworkQuantizer;
import dev.signet.quantize.inspect.HeatGrid;
import dev.signet.quantize.inspect.WeightLevels;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Verification;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.sample.SampleFactory;
import dev.signet.quantize.solve.HeatMapFile;
import dev.signet.quantize.solve.HeatMapLayerSolver;
import dev.signet.quantize.solve.HeatMapSource;
import dev.signet.quantize.solve.Importance;
import dev.signet.quantize.solve.LayerSolver;
import dev.signet.quantize.solve.OutputAwareLayerSolver;
import dev.signet.quantize.solve.SharedAttention;
import dev.signet.quantize.statistics.OriginalStatistics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The main job: from a model file to a small, verified model file. */
public final class ModelQuantizer {
    private final QuantizeOptions options;
    private final Progress progress;
    private final Phases phases = new Phases();

    /** A quantizer with these options; {@code progress} hears how far it is. */
    public ModelQuantizer(QuantizeOptions options, Progress progress) {
        this.options = options;
        this.progress = progress;
    }

    /**
     * Quantizes a model file.
     *
     * @param source the model; never touched
     * @param target the file to write; appears whole and verified, or not at all
     * @param force whether an existing target is replaced
     * @throws InputException if the source can not be read, nothing in it can be quantized, or the target can not be written
     * @throws NotAchievedException if the file is not smaller than the source, or does not do what it should
     */
    public QuantizeReport quantize(Path source, Path target, boolean force) {
        return quantize(source, target, force, null);
    }

    /**
     * Quantizes a model file and keeps its heat maps.
     *
     * @param heatMaps an {@code .npz} file for the heat map of each quantized tensor, in the tensor's shape: with it as
     *     {@link Importance.FromFile} the same weights come out again; written as {@code target} is, null for none
     * @throws InputException as above
     * @throws NotAchievedException as above
     * @throws IllegalArgumentException if heat maps are to be kept of a method that takes none
     */
    public QuantizeReport quantize(Path source, Path target, boolean force, @Nullable Path heatMaps) {
        if (heatMaps != null && options.method() == Method.OUTPUT_AWARE) {
            throw new IllegalArgumentException("the output-aware method has no heat map");
        }
        OnnxModel model = ModelFile.read(source);
        // Made first: a target that can not be written is known before the work is done.
        try (PendingFile pending = PendingFile.create(target, force, model);
                PendingFile saved = heatMaps == null ? null : PendingFile.create(heatMaps, force, model)) {
            return quantize(model, target, pending, saved);
        }
    }

    private QuantizeReport quantize(OnnxModel model, Path target, PendingFile pending, @Nullable PendingFile saved) {
        WeightScan scan = WeightScan.of(model);
        Selection selection = Selection.of(scan, options);
        if (selection.bits().isEmpty()) {
            throw InputException.of(
                    model.where(),
                    "there is no weight to quantize (%s)".formatted(selection.whyNothing()),
                    "give a model with Conv, ConvTranspose, Gemm or MatMul weights in floating point");
        }
        ForkJoinPool pool = new ForkJoinPool(options.threads());
        try {
            Result result = options.bits() instanceof BitPolicy.TargetSize(long bytes)
                    ? sized(model, bytes, selection, pool, pending)
                    : written(model, selection, Map.of(), pool, pending);
            QuantizeReport report = verified(model, target, pending, result);
            if (saved != null) {
                HeatMapFile.write(saved.path(), result.solved().heatMaps());
            }
            pending.commit();
            if (saved != null) {
                saved.commit();
            }
            return report;
        } finally {
            pool.shutdown();
        }
    }

    /** A file that was written, with all that led to it. */
    private record Result(
            Selection selection,
            Solved solved,
            Map<WeightTensor, double[]> damage,
            OnnxModel rewritten,
            List<String> notes) {}

    /** Solves and writes. */
    private Result written(
            OnnxModel model,
            Selection selection,
            Map<WeightTensor, double[]> damage,
            ForkJoinPool pool,
            PendingFile pending) {
        List<String> notes = new ArrayList<>(selection.notes());
        Solved solved = solve(model, selection, pool, notes);
        OnnxModel rewritten = rewritten(model, solved.network(), options.format());
        pending.write(rewritten);
        return new Result(selection, solved, damage, rewritten, notes);
    }

    private OnnxModel rewritten(OnnxModel model, CalibratedNetwork network, Format format) {
        return new ModelRewriter(model).rewrite(network.weights(), format, provenance(model), network.edits());
    }

    /** Chooses bits for a number of bytes, and again with less room while what comes out is larger. */
    private Result sized(OnnxModel model, long bytes, Selection candidates, ForkJoinPool pool, PendingFile pending) {
        Map<WeightTensor, double[]> damage = phases.in(
                "damage of each layer",
                () -> damage(model, List.copyOf(candidates.bits().keySet()), pool));
        var sizes = new SizeTarget(bytes, damage, options, bits -> {
            pending.write(
                    rewritten(model, CalibratedNetwork.unseen(SizeTarget.blank(bits, options)), options.format()));
            return pending.bytes();
        });
        while (true) {
            Map<WeightTensor, Integer> bits = sizes.choose().orElse(null);
            if (bits == null) {
                written(model, candidates.withBits(sizes.smallest()), damage, pool, pending);
                throw sizes.outOfReach(pending.bytes());
            }
            Result result = written(model, candidates.withBits(bits), damage, pool, pending);
            if (sizes.fits(pending.bytes())) {
                result.notes().add("%d of %d bytes are used".formatted(pending.bytes(), bytes));
                return result;
            }
        }
    }

    private Map<WeightTensor, double[]> damage(OnnxModel model, List<WeightTensor> tensors, ForkJoinPool pool) {
        // Eight modules for each layer would take long to train: bits are dealt out by the heat map that is nearest.
        Importance importance = options.effectiveImportance() instanceof Importance.Attention
                ? new Importance.Activation()
                : options.effectiveImportance();
        HeatMapSource heatMaps = heatMaps(importance);
        var walk = new DamageWalk(
                model, tensors, bits -> solver(heatMaps, tensor -> bits), options.correct(), options.threads());
        try (OnnxRuntimeModel runtime = OnnxRuntimeModel.open(model.path(), options.threads());
                CalibrationSamples samples = samples(model, runtime, true)) {
            return walk.measure(samples, pool, progress);
        } catch (InputException e) {
            if (options.samples().calibration() != null) {
                throw e;
            }
            // The notes say so when the layers are solved.
            return walk.ofWeights(pool);
        }
    }

    /** @param heatMaps what the solver was given for each tensor, in the order of its matrix; empty where it takes none */
    private record Solved(CalibratedNetwork network, String statistics, Map<WeightTensor, float[]> heatMaps) {}

    private Solved solve(OnnxModel model, Selection selection, ForkJoinPool pool, List<String> notes) {
        Map<WeightTensor, Integer> bits = selection.bits();
        var heatMaps = heatMaps(options.effectiveImportance());
        LayerSolver solver = solver(heatMaps, tensor -> Objects.requireNonNull(bits.get(tensor)));
        List<WeightTensor> tensors = List.copyOf(bits.keySet());
        try (OnnxRuntimeModel runtime = OnnxRuntimeModel.open(model.path(), options.threads())) {
            SharedAttention shared = solver instanceof HeatMapLayerSolver own ? heatMaps.shared(own::quantizer) : null;
            CalibrationSamples samples = phases.in(
                    "samples",
                    () -> samples(model, runtime, solver.wantsStatistics() || shared != null || options.correct()));
            if (shared != null) {
                train(shared, model, tensors, samples, pool);
            }
            var network = new NetworkQuantizer(model, tensors, solver, options.correct(), options.threads())
                    .quantize(samples, pool, progress, phases);
            return new Solved(network, samples.description(), heatMaps.given());
        } catch (InputException e) {
            if (options.samples().calibration() != null) {
                throw e;
            }
            notes.add("the layers can not be looked at one by one, so nothing is corrected (%s)"
                    .formatted(e.getMessage()));
            Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
            tensors.forEach(tensor -> weights.put(tensor, solver.solve(tensor, null, pool)));
            return new Solved(CalibratedNetwork.unseen(weights), "none", heatMaps.given());
        }
    }

    private void train(
            SharedAttention shared,
            OnnxModel model,
            List<WeightTensor> tensors,
            CalibrationSamples samples,
            ForkJoinPool pool) {
        int nodes = model.proto().getGraph().getNodeCount();
        try (Progress.Task task = progress.start("heat maps", nodes)) {
            new OriginalStatistics(model, tensors, options.threads())
                    .collect(samples.copy(Integer.MAX_VALUE), pool, task, shared);
            shared.train(pool);
        }
    }

    private LayerSolver solver(HeatMapSource heatMaps, ToIntFunction<WeightTensor> chosen) {
        return options.method() == Method.OUTPUT_AWARE
                ? new OutputAwareLayerSolver(
                        options.grouping(), options.offset(), options.samples().calibration() != null, chosen)
                : new HeatMapLayerSolver(options.method(), options.grouping(), options.offset(), heatMaps, chosen);
    }

    private HeatMapSource heatMaps(Importance importance) {
        boolean realInputs = options.samples().calibration() != null;
        return new HeatMapSource(importance, realInputs, options.correct(), options.seed());
    }

    private CalibrationSamples samples(OnnxModel model, OnnxRuntimeModel runtime, boolean used) {
        var factory = new SampleFactory(model, runtime, options.inputShapes());
        QuantizeOptions.Samples wanted = options.samples();
        if (wanted.calibration() != null) {
            return factory.fromFiles(wanted.calibration(), wanted.count(), wanted.preprocessing(), options.seed());
        }
        // Where nothing is learnt from the samples they only serve to measure the layers' noise.
        return used
                ? factory.withoutData(wanted.count(), wanted.preprocessing(), options.seed())
                : factory.few(wanted.preprocessing(), options.seed());
    }

    private QuantizeReport verified(OnnxModel model, Path target, PendingFile pending, Result result) {
        OnnxModel twin = options.format() == Format.FLOAT
                ? result.rewritten()
                : rewritten(model, result.solved().network(), Format.FLOAT);
        Verification verification = phases.in("verification", () -> verify(twin, target, pending.path()));
        if (!verification.passed()) {
            throw new NotAchievedException(
                    "%s: the written file's outputs differ from its weights' (by %.3g of the largest); nothing was kept"
                            .formatted(target, verification.difference()));
        }
        long before = model.bytes();
        long after = pending.bytes();
        if (after >= before && options.format() != Format.FLOAT) {
            throw new NotAchievedException(
                    "%s: the result would have %d bytes, which is not less than the %d of the source; nothing was written"
                            .formatted(target, after, before));
        }
        return new QuantizeReport(
                model.path(),
                target,
                before,
                after,
                result.solved().statistics(),
                result.solved().network().networkSnr(),
                reports(result),
                verification,
                List.copyOf(result.notes()),
                phases.seconds());
    }

    private Verification verify(OnnxModel twin, Path target, Path written) {
        Path name = target.resolveSibling(target.getFileName() + ".twin");
        try (PendingFile file = PendingFile.create(name, true, twin)) {
            file.write(twin);
            try (OnnxRuntimeModel reference = OnnxRuntimeModel.open(file.path(), options.threads());
                    OnnxRuntimeModel candidate = OnnxRuntimeModel.open(written, options.threads())) {
                return Verification.compare(reference, candidate, options.inputShapes(), options.seed());
            }
        }
    }

    private Provenance provenance(OnnxModel model) {
        Map<String, String> entries = new HashMap<>();
        entries.put(Provenance.VERSION, SignetVersion.current());
        entries.put(Provenance.OPTIONS, options.text());
        entries.put(Provenance.SOURCE, model.sha256());
        return Provenance.of(entries);
    }

    private List<TensorReport> reports(Result result) {
        CalibratedNetwork network = result.solved().network();
        Map<String, TensorReport> byName = new LinkedHashMap<>();
        for (var entry : network.weights().entrySet()) {
            byName.put(entry.getKey().name(), report(entry.getKey(), entry.getValue(), network));
        }
        Map<String, List<Double>> damage = new HashMap<>();
        result.damage()
                .forEach((tensor, curve) ->
                        damage.put(tensor.name(), Arrays.stream(curve).boxed().toList()));
        List<TensorReport> reports = new ArrayList<>();
        for (Selection.Choice choice : result.selection().choices()) {
            String name = choice.tensor().name();
            TensorReport report = byName.containsKey(name) ? byName.get(name) : Selection.kept(choice);
            List<Double> curve = damage.get(name);
            reports.add(curve == null ? report : report.withDamage(curve));
        }
        return reports;
    }

    private TensorReport report(WeightTensor tensor, MultiBitWeight weight, CalibratedNetwork network) {
        WeightMatrix matrix = tensor.matrix();
        float[] approximation = weight.dequantize();
        double squares = 0;
        double error = 0;
        for (int i = 0; i < approximation.length; i++) {
            double w = matrix.values()[i];
            squares += w * w;
            error += (w - approximation[i]) * (w - approximation[i]);
        }
        return new TensorReport(
                tensor.name(),
                tensor.shape(),
                tensor.uses().stream().map(WeightUse::label).toList(),
                tensor.bytes(),
                weight.packedBytes(),
                new TensorReport.Quantized(
                        weight.bits(),
                        options.grouping().text(),
                        squares > 0 ? error / squares : 0,
                        network.outputSnr().get(tensor),
                        WeightLevels.of(matrix, weight)),
                null,
                null,
                HeatGrid.ofSizes(matrix));
    }
}
