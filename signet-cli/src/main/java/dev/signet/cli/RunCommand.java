package dev.signet.cli;

import dev.signet.cli.option.FileRoles;
import dev.signet.cli.option.ForceOption;
import dev.signet.cli.option.ImageOptions;
import dev.signet.cli.option.JsonTarget;
import dev.signet.cli.option.OutputKind;
import dev.signet.cli.option.PrecisionOption;
import dev.signet.cli.option.WorkOptions;
import dev.signet.engine.Precision;
import dev.signet.lab.runtime.ModelRuntime;
import dev.signet.lab.task.ImageNetwork;
import dev.signet.lab.task.Recognition;
import dev.signet.lab.task.Recognition.Candidate;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputRange;
import dev.signet.quantize.runtime.RunnableModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code signet run}: one model on one picture. */
@Command(
        name = "run",
        description = {
            "Runs a model on a picture: a classifier (--top) prints the most probable classes, a network from image to"
                    + " image (--output) writes a PNG.",
            "",
            "A classifier with a fixed input size sees the picture's centre at that size; one that takes any size sees the"
                    + " picture as it is, or 224 x 224 pixels of a larger one. An image network sees all of the picture,"
                    + " continued at the right and lower edge where its size or its strides need it. Networks with one"
                    + " channel get the luma, and the colours are enlarged bicubically.",
            ""
        })
final class RunCommand implements Callable<Integer> {
    private static final int DEFAULT_TOP = 5;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it, as it does all parameters that are required
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL.onnx", description = "A model with one input, Signet's or another.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--input", required = true, paramLabel = "IN.png", description = "The picture (PNG, JPEG, ...).")
    @SuppressWarnings("NullAway.Init")
    private Path input;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT.png",
            description = "Where an image network's picture goes; a file that is there is replaced.")
    private @Nullable Path output;

    @Option(
            names = "--top",
            paramLabel = "K",
            description = "How many classes to print (default without --output: " + DEFAULT_TOP + ").",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private @Nullable Integer top;

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description = "Names of the classes, one a line, class 0 first. Without it classes are numbers.")
    private @Nullable Path labels;

    @Option(
            names = "--runtime",
            paramLabel = "R",
            description = "What runs the model: ${COMPLETION-CANDIDATES}.",
            defaultValue = "signet")
    private ModelRuntime runtime = ModelRuntime.SIGNET;

    @Mixin
    private PrecisionOption precision = new PrecisionOption();

    @Mixin
    private ImageOptions images = new ImageOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Mixin
    private ForceOption force = new ForceOption();

    @Mixin
    private JsonTarget json = new JsonTarget();

    @Override
    public Integer call() {
        check();
        RunJson result;
        try (ForkJoinPool pool = new ForkJoinPool(work.threads());
                RunnableModel model = runtime.open(file, precision.or(Precision.EXACT), pool, work.threads())) {
            Picture picture = Picture.read(input);
            result = output != null ? draw(model, picture, output) : classify(model, picture);
        }
        json.write(result, spec.commandLine().getOut());
        return 0;
    }

    private void check() {
        if (output != null && (top != null || labels != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--output is for image networks, --top and --labels are for classifiers");
        }
        if (top != null && top < 1) {
            throw new ParameterException(spec.commandLine(), "--top must be 1 or more, not " + top);
        }
        if (output != null && !output.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new ParameterException(spec.commandLine(), "--output must end in .png, not '%s'".formatted(output));
        }
        new FileRoles()
                .input("the model", file)
                .input("--input", input)
                .input("--labels", labels)
                .output("--output", output, OutputKind.PNG, force.given())
                .output("--json", json.file(), OutputKind.JSON, force.given())
                .check();
    }

    private Preprocessing preprocessing(Preprocessing usual) {
        try {
            return images.preprocessing(usual);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private RunJson draw(RunnableModel model, Picture picture, Path target) {
        Preprocessing preprocessing = preprocessing(InputRange.ofImages(model));
        Picture drawn = new ImageNetwork(model, preprocessing).apply(picture);
        drawn.writePng(target);
        if (!json.takesStdout()) {
            spec.commandLine().getOut().println("%s: %d x %d".formatted(target, drawn.width(), drawn.height()));
        }
        return json(preprocessing, new RunJson.Picture(target.toString(), drawn.width(), drawn.height()), null);
    }

    private RunJson classify(RunnableModel model, Picture picture) {
        Preprocessing preprocessing = preprocessing(Preprocessing.CLASSIFICATION);
        float[] scores = Recognition.scores(model, picture, preprocessing);
        ClassNames names = labels == null ? ClassNames.NONE : ClassNames.read(labels, scores.length);
        List<Candidate> candidates = Recognition.best(scores, top == null ? DEFAULT_TOP : top);
        if (!json.takesStdout()) {
            print(candidates, names, spec.commandLine().getOut());
        }
        return json(
                preprocessing,
                null,
                candidates.stream()
                        .map(candidate -> new RunJson.Candidate(
                                candidate.label(),
                                names.of(candidate.label()),
                                candidate.probability(),
                                candidate.score()))
                        .toList());
    }

    private RunJson json(
            Preprocessing preprocessing, RunJson.@Nullable Picture picture, @Nullable List<RunJson.Candidate> classes) {
        return new RunJson(
                file.toString(), input.toString(), runtime.toString(), preprocessing.text(), picture, classes);
    }

    private static void print(List<Candidate> candidates, ClassNames names, PrintWriter out) {
        boolean named = names != ClassNames.NONE;
        TextTable table = named
                ? new TextTable("class", "name", "probability", "score")
                : new TextTable("class", "probability", "score");
        for (Candidate candidate : candidates) {
            String probability = String.format(Locale.ROOT, "%.4f", candidate.probability());
            String score = String.format(Locale.ROOT, "%.4f", candidate.score());
            String name = names.of(candidate.label());
            if (name != null) {
                table.add(candidate.label(), Figures.name(name), probability, score);
            } else {
                table.add(candidate.label(), probability, score);
            }
        }
        table.print(out);
    }
}
