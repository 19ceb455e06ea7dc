package dev.signet.quantize;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.store.PendingFile;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Verification;
import dev.signet.quantize.walk.ConstantValues;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Looks at a file that was written: whether it has the weights that were found, to the bit, and does what they do. */
final class WrittenFile {
    private final Path file;
    private final Path target;
    private final QuantizeOptions options;
    private final Map<String, String> renamed;
    private final Map<String, OnnxTensor> likely;

    /**
     * @param file what was written
     * @param target what it will be called
     * @param renamed what tensors are called in the file, where that is not what the twin calls them
     * @param likely inputs of the right kind; empty where none are known
     */
    WrittenFile(
            Path file,
            Path target,
            QuantizeOptions options,
            Map<String, String> renamed,
            Map<String, OnnxTensor> likely) {
        this.renamed = renamed;
        this.likely = likely;
        this.file = file;
        this.target = target;
        this.options = options;
    }

    /** What was written. */
    Path file() {
        return file;
    }

    /**
     * Compares the file with its twin.
     *
     * @param twin the model with plain dequantized weights under the same names
     * @throws NotAchievedException naming the weight, or saying by how much outputs differ
     */
    Verification verify(OnnxModel twin, Collection<WeightTensor> tensors) {
        OnnxModel written = ModelFile.read(file);
        compareNames(twin, written);
        compareWeights(twin, written, tensors);
        compareOtherTensors(twin, written, tensors);
        Verification verification = compareOutputs(twin);
        if (!verification.passed()) {
            throw new NotAchievedException(String.format(
                    Locale.ROOT,
                    "%s: the written file's outputs differ from its weights' (by %.3g of the largest); nothing was"
                            + " kept",
                    target,
                    verification.difference()));
        }
        return verification;
    }

    /** What callers feed and fetch; inputs that have a value in either are the writer's affair. */
    private void compareNames(OnnxModel twin, OnnxModel written) {
        Set<String> constants = new HashSet<>();
        for (OnnxModel model : List.of(twin, written)) {
            model.proto().getGraph().getInitializerList().forEach(tensor -> constants.add(tensor.getName()));
        }
        List<String> expected = names(twin, constants);
        List<String> actual = names(written, constants);
        if (!expected.equals(actual)) {
            throw new NotAchievedException(
                    "%s: the written file's inputs and outputs are %s where they were %s; nothing was kept"
                            .formatted(target, actual, expected));
        }
    }

    private static List<String> names(OnnxModel model, Set<String> constants) {
        GraphProto graph = model.proto().getGraph();
        return Stream.concat(
                        graph.getInputList().stream()
                                .map(ValueInfoProto::getName)
                                .filter(name -> !constants.contains(name)),
                        graph.getOutputList().stream().map(ValueInfoProto::getName))
                .toList();
    }

    private void compareWeights(OnnxModel twin, OnnxModel model, Collection<WeightTensor> tensors) {
        var written = new ConstantValues(model, options.threads());
        var reader = new TensorReader(twin);
        GraphIndex index = GraphIndex.of(twin);
        for (WeightTensor tensor : tensors) {
            var stored = index.initializer(tensor.name());
            String inFile = renamed.getOrDefault(tensor.name(), tensor.name());
            Optional<float[]> decoded = stored.isPresent() ? written.floats(inFile) : Optional.empty();
            if (decoded.isPresent()) {
                FloatBuffer expected = reader.floatBuffer(stored.get());
                int differing = differing(expected, decoded.get());
                if (differing >= 0) {
                    throw new NotAchievedException(String.format(
                            Locale.ROOT,
                            "%s: weight %d of '%s' is decoded to another value than was found; nothing was kept",
                            target,
                            differing,
                            tensor.name()));
                }
            }
        }
    }

    /** Floats beside the weights, such as biases: a bit of them may change outputs by less than rounding does. */
    private void compareOtherTensors(OnnxModel twin, OnnxModel written, Collection<WeightTensor> weights) {
        Set<String> compared = new HashSet<>();
        weights.forEach(weight -> compared.add(weight.name()));
        GraphIndex index = GraphIndex.of(written);
        var computed = new ConstantValues(written, options.threads());
        var expected = new TensorReader(twin);
        var actual = new TensorReader(written);
        for (TensorProto tensor : twin.proto().getGraph().getInitializerList()) {
            String inFile = renamed.getOrDefault(tensor.getName(), tensor.getName());
            Optional<TensorProto> stored = index.initializer(inFile);
            Optional<float[]> values = stored.isPresent()
                    ? stored.filter(other -> comparable(tensor, other)).map(actual::floats)
                    : isPlain(tensor) && !compared.contains(tensor.getName())
                            ? computed.floats(inFile)
                            : Optional.empty();
            if (values.isPresent() && differing(expected.floatBuffer(tensor), values.get()) >= 0) {
                throw new NotAchievedException(
                        "%s: the tensor '%s' is not what was written; nothing was kept".formatted(target, inFile));
            }
        }
    }

    private static boolean comparable(TensorProto tensor, TensorProto stored) {
        return isPlain(tensor) && isPlain(stored);
    }

    private static boolean isPlain(TensorProto tensor) {
        return tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE && tensor.getExternalDataCount() == 0;
    }

    /** The first index at which two arrays differ; -1 for none. A zero has no sign that matters. */
    private static int differing(FloatBuffer expected, float[] actual) {
        if (expected.remaining() != actual.length) {
            return Math.min(expected.remaining(), actual.length);
        }
        for (int i = 0; i < actual.length; i++) {
            float wanted = expected.get(i);
            if (wanted != actual[i] && !(Float.isNaN(wanted) && Float.isNaN(actual[i]))) {
                return i;
            }
        }
        return -1;
    }

    private Verification compareOutputs(OnnxModel twin) {
        Path name = target.resolveSibling(target.getFileName() + ".twin");
        try (PendingFile other = PendingFile.create(name, true, twin)) {
            other.write(twin);
            return Verification.compare(
                    optimized -> OnnxRuntimeModel.open(other.path(), options.threads(), optimized),
                    optimized -> OnnxRuntimeModel.open(file, options.threads(), optimized),
                    likely,
                    options.inputShapes(),
                    options.seed());
        }
    }
}
