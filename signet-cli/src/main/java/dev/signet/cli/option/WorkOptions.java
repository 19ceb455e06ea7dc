package dev.signet.cli.option;

import dev.signet.core.compute.Progress;
import dev.signet.onnx.Messages;
import dev.signet.quantize.MemoryBudget;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that works for a while. */
public final class WorkOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to work with (default: all cores; bench: 1). What is written does not depend on it,"
                    + " but for the last bits of what train learns.",
            showDefaultValue = Visibility.NEVER)
    private int threads;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "Memory that the process may take: 2GB, 900MB (default: half of the machine's, at most 2 GB;"
                    + " more for models whose weights take more).",
            showDefaultValue = Visibility.NEVER)
    private @Nullable String memory;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress and no notes on stderr.")
    private boolean quiet;

    /** With all cores where nothing is said. */
    public WorkOptions() {
        this(Runtime.getRuntime().availableProcessors());
    }

    /** @param usual threads where nothing is said */
    public WorkOptions(int usual) {
        threads = usual;
    }

    /**
     * How many threads: what was asked for, but no more than there are processors.
     *
     * @throws ParameterException if that is no sensible number
     */
    public int threads() {
        if (threads < 1 || threads > 1024) {
            throw new ParameterException(spec.commandLine(), "--threads must be 1..1024, not " + threads);
        }
        return Math.min(threads, Runtime.getRuntime().availableProcessors());
    }

    /**
     * The memory that the process may take.
     *
     * @throws ParameterException if that is no sensible size
     */
    public MemoryBudget memory() {
        try {
            return memory == null ? MemoryBudget.usual() : MemoryBudget.parse(memory);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--memory: " + e.getMessage());
        }
    }

    /** Whether stderr is for errors alone. */
    public boolean quiet() {
        return quiet;
    }

    /** Progress on the command's stderr. */
    public Progress progress() {
        return ConsoleProgress.of(err(), quiet);
    }

    /** Says something beside the results, unless that is not wanted. */
    public void note(String text) {
        if (!quiet) {
            err().println("signet: note: " + Messages.oneLine(text));
        }
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
