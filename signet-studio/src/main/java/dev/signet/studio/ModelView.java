package dev.signet.studio;

import dev.signet.core.MultiBitWeight;
import dev.signet.quantize.TensorReport;
import dev.signet.quantize.Verdict;
import dev.signet.quantize.inspect.Histogram;
import dev.signet.quantize.inspect.ModelSummary;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the page knows of a model.
 *
 * @param bytes of its file
 * @param fp16Bytes what the file would take with fp16 weights
 * @param int8Bytes what the file would take with a byte for each weight and a scale for each filter
 * @param job what is being done with it; null for nothing
 */
record ModelView(
        String id,
        String name,
        long bytes,
        int opset,
        long fp16Bytes,
        long int8Bytes,
        int mostBits,
        List<Layer> layers,
        List<String> pictures,
        List<String> classes,
        List<Made> versions,
        @Nullable String job) {
    /** The word for the model itself, beside those of its versions. */
    static final String FLOAT = "float";

    /**
     * A tensor.
     *
     * @param heat whether there is a heat map to be asked for
     */
    record Layer(
            String name,
            List<String> operators,
            long[] shape,
            long bytes,
            @Nullable String kept,
            boolean heat,
            @Nullable Histogram histogram) {}

    /**
     * A version that is there.
     *
     * @param bits as on the command line; empty where none were asked for
     * @param snr of the worst output in dB; null where it could not be measured
     * @param level how good, in a word
     * @param verdict in words
     * @param file what a download is called
     */
    record Made(
            String id,
            String label,
            String bits,
            long bytes,
            @Nullable Double snr,
            String level,
            String verdict,
            String advice,
            String command,
            String file,
            double seconds,
            List<Weight> weights,
            List<String> notes) {}

    /** What became of a tensor; 0 bits where it stayed as it was. */
    record Weight(
            String name,
            int bits,
            long bytes,
            @Nullable Double snr,
            @Nullable String kept) {}

    /** All of a model, as it is now. */
    static ModelView of(OpenModel model, @Nullable Job job) {
        ModelSummary summary = model.summary();
        long stored = 0;
        long count = 0;
        long filters = 0;
        for (ModelSummary.Layer layer : summary.layers()) {
            ModelSummary.Weights weights = layer.weights();
            if (weights != null) {
                stored += layer.bytes();
                count += weights.count();
                filters += weights.filters();
            }
        }
        return new ModelView(
                model.id(),
                model.name(),
                summary.bytes(),
                summary.opset(),
                summary.bytes() - stored + Short.BYTES * count,
                summary.bytes() - stored + count + Float.BYTES * filters,
                MultiBitWeight.MAX_BITS,
                summary.layers().stream().map(ModelView::layer).toList(),
                model.gallery().pictures().stream().map(Gallery.Shown::name).toList(),
                model.classes(),
                model.versions().stream().map(version -> made(model, version)).toList(),
                job == null ? null : job.id());
    }

    private static Layer layer(ModelSummary.Layer layer) {
        ModelSummary.Weights weights = layer.weights();
        return new Layer(
                layer.name(),
                weights == null ? List.of() : weights.operators(),
                layer.shape(),
                layer.bytes(),
                layer.kept(),
                weights != null,
                weights == null ? null : weights.histogram());
    }

    private static Made made(OpenModel model, Version version) {
        Verdict verdict = Verdict.of(version.report());
        Double snr = version.report().outputSnr();
        return new Made(
                version.recipe().id(),
                version.recipe().label(),
                version.recipe().bits(),
                version.report().bytesAfter(),
                finite(snr),
                verdict.level().name().toLowerCase(Locale.ROOT),
                verdict.text(),
                verdict.advice(),
                version.recipe().command(model.command()),
                model.download(version),
                version.seconds(),
                version.report().tensors().stream().map(ModelView::weight).toList(),
                version.report().notes());
    }

    private static Weight weight(TensorReport tensor) {
        TensorReport.Quantized quantized = tensor.quantized();
        return new Weight(
                tensor.name(),
                quantized == null ? 0 : quantized.bits(),
                tensor.bytesAfter(),
                quantized == null ? null : finite(quantized.outputSnr()),
                tensor.kept());
    }

    /** A figure that JSON has. */
    private static @Nullable Double finite(@Nullable Double value) {
        return value == null || !Double.isFinite(value) ? null : value;
    }
}
