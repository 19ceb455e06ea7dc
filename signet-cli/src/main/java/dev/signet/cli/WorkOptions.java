package dev.signet.cli;

import dev.signet.core.compute.Progress;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that works for a while. */
final class WorkOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to work with (default: all cores). Results do not depend on it.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress and no notes on stderr.")
    private boolean quiet;

    int threads() {
        if (threads < 1 || threads > 1024) {
            throw new ParameterException(spec.commandLine(), "--threads must be 1..1024, not " + threads);
        }
        return threads;
    }

    boolean quiet() {
        return quiet;
    }

    Progress progress(PrintWriter err) {
        return ConsoleProgress.of(err, quiet);
    }
}
