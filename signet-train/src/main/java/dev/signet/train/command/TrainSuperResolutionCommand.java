package dev.signet.train.command;

import dev.signet.cli.option.WorkOptions;
import dev.signet.train.network.EnlargingNetwork;
import dev.signet.train.picture.EnlargingTraining;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code signet train super-resolution}: networks that make pictures twice as large. */
@Command(
        name = "super-resolution",
        description = "Trains a small residual network that makes pictures twice as large.",
        footer = {
            "",
            "Without --data it learns from drawn pictures. With --data every tenth picture (eight at most) is held out; each line"
                    + " says the PSNR on those, over red, green and blue, and that of bicubic enlarging.",
            "After an interruption the same command with --resume goes on; docs/training.md has recipes."
        })
final class TrainSuperResolutionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", description = "A folder of pictures (PNG or JPEG).")
    private @Nullable Path data;

    @Option(names = "--channels", paramLabel = "N", description = "Channels of all inner layers.", defaultValue = "24")
    private int channels;

    @Option(names = "--blocks", paramLabel = "N", description = "Residual blocks.", defaultValue = "3")
    private int blocks;

    @Mixin
    private PictureTrainingOptions pictures = new PictureTrainingOptions(64, 0.002);

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Override
    public Integer call() {
        EnlargingTraining run;
        try {
            run = new EnlargingTraining(new EnlargingNetwork(channels, blocks), data, pictures.recipe(training.seed()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
        TrainingConsole console = training.console(work.quiet());
        console.written(run.run(training.files(), work.threads(), console).file());
        return 0;
    }
}
