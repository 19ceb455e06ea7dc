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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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
        descriptionHeading = "%nExamples:%n"
                + "  signet run classifier.onnx photo.jpg                  the most probable classes%n"
                + "  signet run classifier.onnx *.jpg --labels names.txt   of several pictures, by name%n"
                + "  signet run style.onnx photo.jpg -o painted.png        a network from image to image%n%n",
        description = {
            "Runs a model on a picture: a classifier (--top) prints the most probable classes, a network from image to"
                    + " image (--output) writes a PNG.",
            "",
            "A classifier with a fixed input size sees the picture's centre at that size; one that takes any size sees"
                    + " the picture as it is, or 224 x 224 pixels of a larger one. An image network sees all of the"
                    + " picture, continued at the right and lower edge where its size or its strides need it. Networks"
                    + " with one channel get the luma, and the colours are enlarged bicubically.",
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

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PICTURE",
            description = "Pictures (PNG, JPEG, ...).",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private List<Path> pictures = List.of();

    @Option(names = "--input", paramLabel = "IN.png", description = "The picture, in another way.")
    private @Nullable Path input;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT.png",
            description =
                    "Where an image network's picture goes, a file that is there is replaced; of several pictures,"
                            + " the folder.")
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
        List<Path> inputs = inputs();
        check(inputs);
        List<RunJson> results = new ArrayList<>();
        try (ForkJoinPool pool = new ForkJoinPool(work.threads());
                RunnableModel model = runtime.open(file, precision.or(Precision.EXACT), pool, work.threads())) {
            for (Path each : inputs) {
                Picture picture = Picture.read(each);
                if (inputs.size() > 1 && output == null && !json.takesStdout()) {
                    spec.commandLine().getOut().println(each + ":");
                }
                results.add(
                        output != null
                                ? draw(model, each, picture, target(each, inputs))
                                : classify(model, each, picture));
            }
        }
        json.write(
                results.size() == 1 ? results.getFirst() : results,
                spec.commandLine().getOut());
        return 0;
    }

    private List<Path> inputs() {
        List<Path> inputs = new ArrayList<>(pictures);
        if (input != null) {
            inputs.add(input);
        }
        if (inputs.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "which picture? signet run %s photo.jpg".formatted(file.getFileName()));
        }
        return inputs;
    }

    /** Where the picture of {@code picture} goes: the file asked for, or of several one with the picture's name in the folder. */
    private Path target(Path picture, List<Path> inputs) {
        Path asked = Objects.requireNonNull(output);
        if (inputs.size() == 1) {
            return asked;
        }
        String name = String.valueOf(picture.getFileName());
        int dot = name.lastIndexOf('.');
        return asked.resolve((dot > 0 ? name.substring(0, dot) : name) + ".png");
    }

    private void check(List<Path> inputs) {
        if (output != null && (top != null || labels != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--output is for image networks, --top and --labels are for classifiers");
        }
        if (top != null && top < 1) {
            throw new ParameterException(spec.commandLine(), "--top must be 1 or more, not " + top);
        }
        if (output != null && inputs.size() > 1 && !Files.isDirectory(output)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--output of several pictures must be a folder that exists, not '%s'".formatted(output));
        }
        if (output != null
                && inputs.size() == 1
                && !output.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new ParameterException(spec.commandLine(), "--output must end in .png, not '%s'".formatted(output));
        }
        var roles = new FileRoles().input("the model", file).input("--labels", labels);
        for (Path each : inputs) {
            roles.input("the picture", each);
            if (output != null) {
                roles.output("--output", target(each, inputs), OutputKind.PNG, force.given());
            }
        }
        roles.output("--json", json.file(), OutputKind.JSON, force.given()).check();
    }

    private Preprocessing preprocessing(Preprocessing usual) {
        try {
            return images.preprocessing(usual);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private RunJson draw(RunnableModel model, Path source, Picture picture, Path target) {
        Preprocessing preprocessing = preprocessing(InputRange.ofImages(model));
        Picture drawn = new ImageNetwork(model, preprocessing).apply(picture);
        drawn.writePng(target);
        if (!json.takesStdout()) {
            spec.commandLine()
                    .getOut()
                    .println(String.format(Locale.ROOT, "%s: %d x %d", target, drawn.width(), drawn.height()));
        }
        return json(source, preprocessing, new RunJson.Picture(target.toString(), drawn.width(), drawn.height()), null);
    }

    private RunJson classify(RunnableModel model, Path source, Picture picture) {
        Preprocessing preprocessing = preprocessing(Preprocessing.CLASSIFICATION);
        float[] scores = Recognition.scores(model, picture, preprocessing);
        ClassNames names = labels == null ? ClassNames.NONE : ClassNames.read(labels, scores.length);
        List<Candidate> candidates = Recognition.best(scores, top == null ? DEFAULT_TOP : top);
        if (!json.takesStdout()) {
            print(candidates, names, spec.commandLine().getOut());
        }
        return json(
                source,
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
            Path source,
            Preprocessing preprocessing,
            RunJson.@Nullable Picture picture,
            @Nullable List<RunJson.Candidate> classes) {
        return new RunJson(
                file.toString(), source.toString(), runtime.toString(), preprocessing.text(), picture, classes);
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
