package dev.signet.quantize;

import dev.signet.core.Method;
import dev.signet.core.compute.Compute;
import dev.signet.core.compute.Phases;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.store.PendingFile;
import dev.signet.quantize.correct.CalibratedNetwork;
import dev.signet.quantize.figure.OutputFigures;
import dev.signet.quantize.figure.Verdict;
import dev.signet.quantize.fold.StoredWeights;
import dev.signet.quantize.input.GivenInputs;
import dev.signet.quantize.runtime.Verification;
import dev.signet.quantize.solve.HeatMapFile;
import dev.signet.quantize.solve.Importance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The main job: from a model file to a small, verified model file. */
public final class ModelQuantizer {
    private final QuantizeOptions options;
    private final Progress progress;
    private final Verifier verifier;
    private final Phases phases = new Phases();

    /** A quantizer with these options; {@code progress} hears how far it is. */
    public ModelQuantizer(QuantizeOptions options, Progress progress) {
        this(options, progress, WrittenFile::verify);
    }

    /** The same with another look at what was written. */
    ModelQuantizer(QuantizeOptions options, Progress progress, Verifier verifier) {
        this.options = options;
        this.progress = progress;
        this.verifier = verifier;
    }

    /** Compares a written file with its twin, as {@link WrittenFile#verify} does. */
    @FunctionalInterface
    interface Verifier {
        /**
         * Looks at a file.
         *
         * @throws NotAchievedException if it is not what it should be
         */
        Verification verify(WrittenFile file, OnnxModel twin, Collection<WeightTensor> tensors);
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
        return quantize(ModelFile.read(source), target, force, null);
    }

    /**
     * Quantizes a model that was read and keeps its heat maps.
     *
     * @param heatMaps an {@code .npz} file for the heat map of each quantized tensor, in the tensor's shape: with it as
     *     {@link Importance.FromFile} the same weights come out again; written as {@code target} is, null for none
     * @throws InputException as above
     * @throws NotAchievedException as above
     * @throws IllegalArgumentException if heat maps are to be kept of a method that takes none
     */
    public QuantizeReport quantize(OnnxModel model, Path target, boolean force, @Nullable Path heatMaps) {
        if (heatMaps != null && options.method() == Method.OUTPUT_AWARE) {
            throw new IllegalArgumentException("the output-aware method has no heat map");
        }
        GivenInputs.check(model, options.inputShapes(), options.samples().inputs());
        MemoryBudget memory = options.memory().forModel(model);
        // Made first: a target that can not be written is known before the work is done.
        try (PendingFile pending = PendingFile.create(target, force, model);
                PendingFile saved = heatMaps == null ? null : PendingFile.create(heatMaps, force, model);
                Compute compute = new Compute(options.threads(), memory.layerRoom(model.bytes()))) {
            StoredWeights stored = phases.in("constants", () -> StoredWeights.of(model));
            try (var run = new QuantizeRun(model, stored.model(), options, compute, progress, phases)) {
                QuantizeRun.Written written = run.write(selected(stored.model()), pending);
                written.solved().notes().addAll(stored.notes());
                checkSize(model, written, target);
                Verification verification = verified(run, written, target, pending);
                if (saved != null) {
                    HeatMapFile.write(saved.path(), written.solved().heatMaps());
                }
                pending.commit();
                if (saved != null) {
                    saved.commit();
                }
                return report(model, target, written, verification);
            }
        }
    }

    private Selection selected(OnnxModel model) {
        Selection selection = Selection.of(WeightScan.of(model), options);
        if (selection.bits().isEmpty()) {
            throw InputException.of(
                    model.where(),
                    "there is no weight to quantize (%s)".formatted(selection.whyNothing()),
                    "give a model with floating-point weights");
        }
        return selection;
    }

    private Verification verified(QuantizeRun run, QuantizeRun.Written written, Path target, PendingFile pending) {
        if (!options.verify()) {
            return Verification.none();
        }
        CalibratedNetwork network = written.solved().network();
        OnnxModel twin = run.rewritten(network, Format.FLOAT);
        return phases.in(
                "verification",
                () -> verifier.verify(
                        new WrittenFile(pending.path(), target, options, written.renamed(), run.trial()),
                        twin,
                        network.weights().keySet()));
    }

    private void checkSize(OnnxModel model, QuantizeRun.Written written, Path target) {
        if (written.bytes() >= model.bytes() && options.format() != Format.FLOAT) {
            throw new NotAchievedException(String.format(
                    Locale.ROOT,
                    "%s: the result would have %d bytes, which is not less than the %d of the source; nothing was"
                            + " written (%s)",
                    target,
                    written.bytes(),
                    model.bytes(),
                    Leftovers.text(written.bytes(), reports(written))));
        }
    }

    private QuantizeReport report(
            OnnxModel model, Path target, QuantizeRun.Written written, Verification verification) {
        QuantizeRun.Solved solved = written.solved();
        OptionalDouble worst = OutputFigures.worst(written.figures());
        Map<String, Double> layers = new LinkedHashMap<>();
        solved.network().outputSnr().forEach((tensor, snr) -> layers.put(tensor.name(), snr));
        List<TensorReport> tensors = reports(written);
        List<String> notes = new ArrayList<>(solved.notes());
        notes.addAll(Leftovers.notes(model.bytes(), written.bytes(), tensors));
        notes.addAll(Verdict.warnings(written.figures(), layers));
        return new QuantizeReport(
                model.path(),
                target,
                model.bytes(),
                written.bytes(),
                solved.statistics(),
                worst.isPresent() ? worst.getAsDouble() : null,
                written.figures(),
                tensors,
                verification,
                List.copyOf(notes),
                phases.seconds());
    }

    private List<TensorReport> reports(QuantizeRun.Written written) {
        QuantizeRun.Solved solved = written.solved();
        return QuantizeReports.of(solved.selection(), solved.network(), solved.damage(), options);
    }
}
