package dev.signet.train.output;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Provenance;
import dev.signet.onnx.store.PendingFile;
import dev.signet.quantize.NotAchievedException;
import dev.signet.quantize.SignetVersion;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.train.graph.DifferentiableModel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The file of a trained network, checked against its trainer.
 *
 * @param path where it is
 * @param bytes how large it is
 * @param maxDifference largest absolute difference between ONNX Runtime's outputs and the trainer's own
 * @param maxOutput largest absolute output of the trainer
 */
public record TrainedFile(Path path, long bytes, double maxDifference, double maxOutput) {
    /** Two fp32 runtimes add in different orders; a wrong weight or attribute shows a thousand times more. */
    private static final double TOLERANCE = 1e-3;

    /**
     * Fails early where {@link #write} would fail at the end.
     *
     * @throws dev.signet.onnx.OutputException if the target can not be written
     */
    public static void checkTarget(Path target, boolean force, OnnxModel source) {
        PendingFile.create(target, force, source).close();
    }

    /**
     * Writes the network, BatchNormalization kept as nodes, and opens the file in ONNX Runtime.
     *
     * @param samples inputs to compare on, [samples, ...]
     * @param metadata entries for the model's metadata, beside the version; keys start with {@code signet.}
     * @throws NotAchievedException if ONNX Runtime gives something else than the trainer; nothing is left then
     * @throws dev.signet.onnx.OutputException if the target can not be written
     */
    public static TrainedFile write(
            DifferentiableModel model,
            NDArray samples,
            Map<String, String> metadata,
            Path target,
            boolean force,
            int threads) {
        ModelProto proto = withMetadata(model.trained(), metadata);
        try (PendingFile pending = PendingFile.create(target, force, model.model())) {
            pending.write(model.model().with(proto));
            float[] expected = outputs(model, samples);
            float[] found;
            try (OnnxRuntimeModel runtime = OnnxRuntimeModel.open(pending.path(), threads)) {
                found = runtime.run(samples.toFloatArray(), samples.getShape().getShape())
                        .values();
            }
            double difference = 0;
            double largest = 0;
            boolean comparable = expected.length == found.length;
            for (int i = 0; comparable && i < found.length; i++) {
                difference = Math.max(difference, Math.abs(expected[i] - found[i]));
                largest = Math.max(largest, Math.abs(expected[i]));
            }
            // Not "greater than": NaN fails, too.
            if (!comparable || !(difference <= TOLERANCE * Math.max(1, largest))) {
                throw new NotAchievedException(String.format(
                        Locale.ROOT,
                        "%s: ONNX Runtime's outputs differ from the trainer's by %.3g of %.3g; not written",
                        target,
                        difference,
                        largest));
            }
            long bytes = pending.bytes();
            pending.commit();
            return new TrainedFile(target, bytes, difference, largest);
        }
    }

    private static float[] outputs(DifferentiableModel model, NDArray samples) {
        try (NDManager scratch = samples.getManager().newSubManager()) {
            NDArray mine = samples.duplicate();
            mine.attach(scratch);
            return model.forward(mine, false).toFloatArray();
        }
    }

    private static ModelProto withMetadata(ModelProto proto, Map<String, String> metadata) {
        Map<String, String> entries = new TreeMap<>(metadata);
        entries.put(Provenance.VERSION, SignetVersion.current());
        ModelProto.Builder builder = proto.toBuilder();
        Provenance.of(entries)
                .entries()
                .forEach((key, value) -> builder.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return builder.build();
    }
}
