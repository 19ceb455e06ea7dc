package dev.signet.train.command;

import dev.signet.cli.option.WorkOptions;
import dev.signet.quantize.NotAchievedException;
import dev.signet.train.classify.ClassificationRecipe;
import dev.signet.train.classify.ClassificationTraining;
import dev.signet.train.loop.EpochReport;
import dev.signet.train.loop.Schedule;
import dev.signet.train.network.ResNet;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code signet train classification}: residual networks on small images. */
@Command(
        name = "classification",
        description = "Trains a residual network on CIFAR-10, on folders of small pictures, or on drawn figures.",
        footer = {"", "After an interruption the same command with --resume goes on; docs/training.md has recipes."})
final class TrainClassificationCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it, as it does all parameters that are required
    private CommandSpec spec;

    @Option(
            names = "--arch",
            required = true,
            paramLabel = "A",
            description = "resnet8 to resnet32 (or narrower: resnet14x8), resnet18 or resnet50.")
    @SuppressWarnings("NullAway.Init")
    private String architecture;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "CIFAR-10's binary files, or folders train and test with a folder of pictures per class (default:"
                            + " drawn figures).",
            showDefaultValue = Visibility.NEVER)
    private @Nullable Path data;

    @Option(names = "--epochs", paramLabel = "N", description = "How often all images are seen.", defaultValue = "12")
    private int epochs;

    @Option(
            names = "--stem",
            paramLabel = "K/S",
            description =
                    "Kernel and stride of the first convolution: 3/1 is the full size, 4/2 a quarter of the work.",
            defaultValue = "3/1")
    private String stem = "";

    @Option(names = "--batch", paramLabel = "N", description = "Images in a step.", defaultValue = "128")
    private int batch;

    @Option(
            names = "--schedule",
            paramLabel = "S",
            description = "one-cycle, cosine or constant.",
            defaultValue = "one-cycle")
    private String schedule = "";

    @Option(names = "--rate", paramLabel = "X", description = "The highest learning rate.", defaultValue = "0.2")
    private double rate;

    @Option(names = "--momentum", paramLabel = "X", description = "Nesterov's momentum.", defaultValue = "0.9")
    private double momentum;

    @Option(names = "--decay", paramLabel = "X", description = "Weight decay.", defaultValue = "0.0005")
    private double decay;

    @Option(names = "--smoothing", paramLabel = "X", description = "Label smoothing.", defaultValue = "0.1")
    private double smoothing;

    @Option(
            names = "--border",
            paramLabel = "N",
            description = "Pixels by which images are moved at random; they are flipped, too.",
            defaultValue = "4")
    private int border;

    @Option(
            names = "--small-side",
            paramLabel = "N",
            description = "Pixels a side in the first epochs; 0: full size all the time.",
            defaultValue = "0")
    private int smallSide;

    @Option(names = "--small-part", paramLabel = "X", description = "Which part that is.", defaultValue = "0.5")
    private double smallPart;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Use only the first N images, to train and to test; 0: all.",
            defaultValue = "0")
    private int limit;

    @Option(
            names = "--goal",
            paramLabel = "X",
            description =
                    "Exit with 1 where top-1 (in percent) is less in the end; the network is written all the same.",
            defaultValue = "0")
    private double goal;

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Override
    public Integer call() {
        TrainingConsole console = training.console(work.quiet());
        ClassificationTraining.Result result =
                new ClassificationTraining(settings()).run(training.files(), work.threads(), console);
        console.written(result.file());
        List<EpochReport> curve = result.curve();
        double reached = curve.getLast().metrics().getOrDefault("top1", 0.0);
        if (reached < goal) {
            throw new NotAchievedException(String.format(Locale.ROOT, "top-1 is %.2f %%, not %.2f %%", reached, goal));
        }
        return 0;
    }

    private ClassificationTraining.Settings settings() {
        try {
            ResNet.Stem first = ResNet.Stem.parse(stem);
            ResNet.named(architecture, first);
            var recipe =
                    new ClassificationRecipe(batch, smoothing, border, smallSide, smallPart, epochs, training.seed());
            return new ClassificationTraining.Settings(
                    architecture,
                    first,
                    data,
                    limit,
                    recipe,
                    new ClassificationTraining.Descent(Schedule.parse(schedule), rate, momentum, decay));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
