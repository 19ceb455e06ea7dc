package dev.signet.quantize;

import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.onnx.rewrite.Documentation;
import dev.signet.onnx.rewrite.Format;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputChoices;
import dev.signet.quantize.solve.Importance;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a model is quantized.
 *
 * @param bits sign planes per tensor
 * @param method the solver
 * @param importance the heat map, or null for the method's own
 * @param grouping which weights share coefficients
 * @param offset whether groups have a constant term
 * @param correct whether mean and deviation of each output channel are matched
 * @param format how the weights are written
 * @param exclude tensors (or nodes) that are kept
 * @param samples what layers are looked at with
 * @param inputShapes shapes to verify with, or null to find some
 * @param seed of all that is random
 * @param threads threads to work with
 * @param memory what the process may take
 * @param verify whether what was written is opened in ONNX Runtime and compared
 * @param documentation what the file keeps that no runtime reads
 */
public record QuantizeOptions(
        BitPolicy bits,
        Method method,
        @Nullable Importance importance,
        Grouping grouping,
        boolean offset,
        boolean correct,
        Format format,
        List<NamePattern> exclude,
        Samples samples,
        @Nullable Map<String, long[]> inputShapes,
        long seed,
        int threads,
        MemoryBudget memory,
        boolean verify,
        Documentation documentation) {
    /** Options whose file has what is usual beside what runtimes read. */
    public QuantizeOptions(
            BitPolicy bits,
            Method method,
            @Nullable Importance importance,
            Grouping grouping,
            boolean offset,
            boolean correct,
            Format format,
            List<NamePattern> exclude,
            Samples samples,
            @Nullable Map<String, long[]> inputShapes,
            long seed,
            int threads,
            MemoryBudget memory,
            boolean verify) {
        this(
                bits,
                method,
                importance,
                grouping,
                offset,
                correct,
                format,
                exclude,
                samples,
                inputShapes,
                seed,
                threads,
                memory,
                verify,
                Documentation.LEAN);
    }

    /**
     * What layers are looked at with.
     *
     * @param calibration a folder of images or a {@code .npy} file; null for none
     * @param count how many samples, 0 for as many as serve
     * @param preprocessing what images are put through, null to find out
     * @param inputs what the user says of single inputs
     */
    public record Samples(
            @Nullable Path calibration, int count, @Nullable Preprocessing preprocessing, InputChoices inputs) {
        /** Nothing said of single inputs. */
        public Samples(@Nullable Path calibration, int count, @Nullable Preprocessing preprocessing) {
            this(calibration, count, preprocessing, InputChoices.NONE);
        }

        /** No data, as many samples as serve. */
        public static final Samples NO_DATA = new Samples(null, 0, null);
    }

    /** The best settings that we know, at a number of bits. */
    public static QuantizeOptions defaults(int bits) {
        return new QuantizeOptions(
                new BitPolicy.Uniform(bits),
                Method.OUTPUT_AWARE,
                null,
                new Grouping.Auto(),
                true,
                true,
                Format.PACKED,
                List.of(),
                Samples.NO_DATA,
                null,
                0,
                Runtime.getRuntime().availableProcessors(),
                MemoryBudget.usual(),
                true);
    }

    /** The same with other bits. */
    public QuantizeOptions withBits(BitPolicy other) {
        return new QuantizeOptions(
                other,
                method,
                importance,
                grouping,
                offset,
                correct,
                format,
                exclude,
                samples,
                inputShapes,
                seed,
                threads,
                memory,
                verify,
                documentation);
    }

    /** The likely grouping of filters with so many inputs, at a number of bits. */
    Grouping chosenGrouping(int bits, int inputs) {
        return layerGrouping().chosen(bits, inputs);
    }

    /** The grouping that the solvers get: heat maps and levels on a line are of weights that have levels of their own. */
    Grouping layerGrouping() {
        return grouping instanceof Grouping.Auto && (method != Method.OUTPUT_AWARE || format == Format.DQ)
                ? new Grouping.Filter()
                : grouping;
    }

    /** The grouping that a weight came to have. */
    Grouping groupingOf(MultiBitWeight weight) {
        if (weight.shared() != null) {
            return new Grouping.Shared();
        }
        return grouping instanceof Grouping.Auto ? new Grouping.Filter() : grouping;
    }

    /** The heat map that the solver gets. */
    Importance effectiveImportance() {
        return importance == null ? new Importance.Uniform() : importance;
    }

    /** All that decides the result, on one line, as the command line has it; not paths, which say more of the user than of the file. */
    String text() {
        String policy = switch (bits) {
            case BitPolicy.TargetSize size -> "--target-size";
            case BitPolicy.MinSnr quality -> "--min-snr";
            case BitPolicy.MaxDrop drop -> "--max-drop";
            default -> "--bits";
        };
        return String.format(
                Locale.ROOT,
                "%s %s --method %s --importance %s --group %s --%soffset --%scorrect --format %s --seed %d%s%s%s",
                policy,
                bits.text(),
                method.text(),
                importance == null ? "default" : importance instanceof Importance.FromFile ? "file" : importance.text(),
                grouping.text(),
                offset ? "" : "no-",
                correct ? "" : "no-",
                format.text(),
                seed,
                exclude.isEmpty()
                        ? ""
                        : " --exclude "
                                + String.join(
                                        ",",
                                        exclude.stream()
                                                .map(NamePattern::toString)
                                                .toList()),
                samples.calibration() == null ? "" : " --calibrate",
                switch (documentation) {
                    case KEPT -> " --keep-docs";
                    case LEAN -> "";
                    case STRIPPED -> " --strip";
                });
    }
}
