package dev.signet.quantize;

import dev.signet.core.compute.Progress;
import java.nio.file.Path;

/** The whole job in one call, for programs; {@link ModelQuantizer} takes all {@link QuantizeOptions}. */
public final class Signet {
    private Signet() {}

    /**
     * Quantizes a model as {@code signet quantize IN -o OUT --bits N} does, without data, and verifies what it wrote.
     *
     * @param in an ONNX model; never touched
     * @param out the file to write, which must not be there
     * @param bits of a weight, 1 to 8
     * @return sizes, layers, quality; {@link Verdict#of} puts it in words
     * @throws dev.signet.onnx.InputException if the model can not be read or is not supported
     * @throws NotAchievedException if the file would not be smaller, or does not do what it should
     */
    public static QuantizeReport quantize(Path in, Path out, int bits) {
        return new ModelQuantizer(QuantizeOptions.defaults(bits), Progress.NONE).quantize(in, out, false);
    }
}
