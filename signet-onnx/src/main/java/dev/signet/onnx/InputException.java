package dev.signet.onnx;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The one exception for bad input. Its message is one line: file, node, tensor, what is wrong (and what was expected), and
 * what to do.
 */
public final class InputException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private InputException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Bad input.
     *
     * @param where file, node, tensor: {@code model.onnx: node 'conv1' (Conv): tensor 'conv1.weight'}
     * @param problem what is wrong and what was expected
     * @param remedy what the user can do
     */
    public static InputException of(String where, String problem, String remedy) {
        return of(where, problem, remedy, null);
    }

    /** As {@link #of(String, String, String)}, with a cause that {@code --verbose} shows. */
    public static InputException of(String where, String problem, String remedy, @Nullable Throwable cause) {
        return new InputException(Messages.oneLine(where + ": " + problem + "; " + remedy), cause);
    }
}
