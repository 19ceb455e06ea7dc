package dev.signet.cli;

/**
 * A command whose module not everybody wants: found by {@link java.util.ServiceLoader} where its jar is on the class path.
 * Its module depends on this one, and may use {@code dev.signet.cli.option}.
 */
public interface CommandPlugin {
    /** A new object that is annotated with picocli's {@code @Command}; its name is the command's. */
    Object command();

    /** Whether its framework must be shut down in order when the process is told to end; else {@link Interrupt} ends it. */
    default boolean endsInOrder() {
        return false;
    }
}
