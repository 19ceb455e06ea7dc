package dev.signet.onnx;

/** The namespaces of operators. */
public final class Domains {
    private Domains() {}

    /** Whether operators of {@code domain} are ONNX's own; the empty name is short for {@code ai.onnx}. */
    public static boolean isStandard(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }
}
