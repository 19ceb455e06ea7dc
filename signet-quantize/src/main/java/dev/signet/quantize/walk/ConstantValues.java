package dev.signet.quantize.walk;

import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.GraphIndex;
import java.util.Optional;

/** What the constants of a model are when ONNX Runtime computes them: stored ones, and those that nodes make of them. */
public final class ConstantValues {
    private final GraphIndex index;
    private final NodeParts parts;

    public ConstantValues(OnnxModel model, int threads) {
        index = GraphIndex.of(model);
        parts = new NodeParts(model, index, threads);
    }

    /**
     * The values of a constant of floating point; empty where the graph has no constant of this name.
     *
     * @throws InputException if ONNX Runtime can not compute it
     */
    public Optional<float[]> floats(String name) {
        return index.isConstant(name) ? Optional.of(parts.constant(name)) : Optional.empty();
    }
}
