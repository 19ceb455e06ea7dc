package dev.signet.train.command;

import dev.signet.onnx.InputException;
import dev.signet.train.loop.TrainingFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of everything that is trained. */
final class TrainingOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT.onnx",
            description = "The trained network.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(names = "--force", description = "Replace an existing output, and an existing checkpoint.")
    private boolean force;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE.npz",
            description = "Where the state is kept, after each epoch and now and then (default: OUT.checkpoint.npz).",
            showDefaultValue = Visibility.NEVER)
    private @Nullable Path checkpoint;

    @Option(
            names = "--checkpoint-minutes",
            paramLabel = "N",
            description = "How often it is kept within an epoch.",
            defaultValue = "10")
    private int checkpointMinutes;

    @Option(names = "--resume", description = "Go on from the checkpoint, if there is one.")
    private boolean resume;

    @Option(names = "--seed", paramLabel = "N", description = "Of weights, order and augmentation.", defaultValue = "0")
    private long seed;

    long seed() {
        return seed;
    }

    /** What says how training goes. */
    TrainingConsole console(boolean quiet) {
        CommandLine commandLine = spec.commandLine();
        return new TrainingConsole(commandLine.getOut(), commandLine.getErr(), quiet);
    }

    /** Where the run reads and writes. */
    TrainingFiles files() {
        if (checkpointMinutes < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--checkpoint-minutes must be at least 1, not " + checkpointMinutes);
        }
        Path kept = checkpoint == null ? beside() : checkpoint;
        if (Files.exists(kept) && !resume && !force) {
            throw InputException.of(
                    kept.toString(),
                    "is the checkpoint of an earlier run",
                    "go on from it with --resume, or begin anew with --force");
        }
        return new TrainingFiles(
                output, force, kept, resume && Files.exists(kept), Duration.ofMinutes(checkpointMinutes));
    }

    private Path beside() {
        String name = output.getFileName().toString();
        String stem = name.endsWith(".onnx") ? name.substring(0, name.length() - 5) : name;
        return output.resolveSibling(stem + ".checkpoint.npz");
    }
}
