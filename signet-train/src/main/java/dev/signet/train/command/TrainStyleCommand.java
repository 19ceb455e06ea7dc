package dev.signet.train.command;

import dev.signet.cli.option.WorkOptions;
import dev.signet.lab.demo.BuiltInModel;
import dev.signet.lab.drawing.Artwork;
import dev.signet.onnx.file.ModelFile;
import dev.signet.quantize.image.Picture;
import dev.signet.train.network.StylizingNetwork;
import dev.signet.train.picture.StyleTraining;
import dev.signet.train.picture.StyleWeights;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code signet train style}: networks that paint pictures in one style. */
@Command(
        name = "style",
        description = "Trains a small network that paints pictures in the style of one picture.",
        footer = {
            "",
            "Without --data it learns from drawn pictures, without --style the style of a drawn picture. With --data every tenth"
                    + " picture (eight at most) is held out; each line says how far those are from style and content.",
            "After an interruption the same command with --resume goes on; docs/training.md has recipes."
        })
final class TrainStyleCommand implements Callable<Integer> {
    /** Of a drawn style. */
    private static final int STYLE_SIDE = 256;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", description = "A folder of pictures (PNG or JPEG) to paint.")
    private @Nullable Path data;

    @Option(
            names = "--style",
            paramLabel = "IMG|glass|strokes",
            description = "The picture with the style, or one that is drawn: stained glass or brush strokes.",
            defaultValue = "glass")
    private String style = "";

    @Option(
            names = "--features",
            paramLabel = "MODEL.onnx",
            description =
                    "A trained classifier of normalized RGB images, whose layers see style and content (default: the built-in"
                            + " classifier of figures).",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private @Nullable Path features;

    @Option(
            names = "--channels",
            paramLabel = "N",
            description = "Channels of the outer layers; the inner ones have twice as many.",
            defaultValue = "16")
    private int channels;

    @Option(names = "--blocks", paramLabel = "N", description = "Residual blocks.", defaultValue = "2")
    private int blocks;

    @Option(names = "--content-weight", paramLabel = "X", description = "Likeness to the content.", defaultValue = "1")
    private double content;

    @Option(names = "--style-weight", paramLabel = "X", description = "Likeness to the style.", defaultValue = "5")
    private double styleWeight;

    @Option(names = "--smoothness", paramLabel = "X", description = "Weight of total variation.", defaultValue = "0.2")
    private double smoothness;

    @Mixin
    private PictureTrainingOptions pictures = new PictureTrainingOptions(64, 0.005);

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Override
    public Integer call() {
        StyleTraining run;
        try {
            var network = new StylizingNetwork(channels, blocks);
            var weights = new StyleWeights(content, styleWeight, smoothness);
            run = new StyleTraining(
                    network,
                    data,
                    picture(),
                    style,
                    features == null ? BuiltInModel.FIGURES.open() : ModelFile.read(features),
                    pictures.recipe(training.seed()),
                    weights);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
        TrainingConsole console = training.console(work.quiet());
        console.written(run.run(training.files(), work.threads(), console).file());
        return 0;
    }

    private Picture picture() {
        return switch (style.toLowerCase(Locale.ROOT)) {
            case "glass" -> Artwork.GLASS.picture(STYLE_SIDE, STYLE_SIDE);
            case "strokes" -> Artwork.STROKES.picture(STYLE_SIDE, STYLE_SIDE);
            default -> Picture.read(Path.of(style));
        };
    }
}
