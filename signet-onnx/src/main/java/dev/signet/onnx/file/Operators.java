package dev.signet.onnx.file;

/** The names under which models refer to the standard operators. */
public final class Operators {
    private Operators() {}

    /** Whether {@code domain} is that of the standard operators, which has two spellings. */
    public static boolean isStandard(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }
}
