package dev.signet.engine.plan;

import dev.signet.engine.tensor.TensorType;
import dev.signet.onnx.InputException;
import java.util.Locale;

/** Guards against shapes that ask for more memory than there is: better one line than an OutOfMemoryError. */
final class Memory {
    private Memory() {}

    /** Bytes of the values of a tensor. */
    static long bytes(TensorType type) {
        return (long) type.shape().size() * (type.element().isFloating() ? Float.BYTES : Long.BYTES);
    }

    /** @throws InputException if {@code bytes} is more than the JVM may ever have */
    static void check(String where, long bytes) {
        long most = Runtime.getRuntime().maxMemory();
        if (bytes > most) {
            throw InputException.of(
                    where,
                    String.format(
                            Locale.ROOT,
                            "needs %,d MB of memory where the JVM may use %,d MB",
                            bytes >> 20,
                            most >> 20),
                    "run it on a smaller input, or start java with a larger -Xmx");
        }
    }
}
