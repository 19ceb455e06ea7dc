package dev.signet.onnx.rewrite;

import java.util.Locale;

/** How quantized weights are written. */
public enum Format {
    /** One call of a model-local function for each weight; the smallest. Needs IR version 8, which is set, and opset 7. */
    PACKED,
    /** The nodes of that function's body for each weight: for runtimes without local functions. Needs opset 7. */
    INLINE,
    /**
     * DequantizeLinear of whole numbers: larger, but nothing is computed at load, and some runtimes keep the numbers as they are.
     * Needs levels on a line, and opset 13 (8 bits), 21 (4) or 25 (2).
     */
    DQ,
    /** Dequantized values in the weights' own element type: no smaller, runs everywhere. */
    FLOAT;

    /** The name on the command line. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
