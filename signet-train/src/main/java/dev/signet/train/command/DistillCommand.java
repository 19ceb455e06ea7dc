package dev.signet.train.command;

import dev.signet.cli.option.FileRoles;
import dev.signet.cli.option.ImageOptions;
import dev.signet.cli.option.WorkOptions;
import dev.signet.onnx.OutputException;
import dev.signet.onnx.store.OutputFile;
import dev.signet.train.distill.Distillation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code signet train distill}: images to calibrate with, from nothing but a network. */
@Command(
        name = "distill",
        description = "Makes images whose statistics inside a network are those that its BatchNormalization nodes have"
                + " stored, for 'quantize --calibrate IMAGES.npy'. Needs no data.")
final class DistillCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it, as it does all parameters that are required
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL.onnx", description = "The network; never touched.")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "IMAGES.npy",
            description = "The images as the network takes them, [samples, channels, height, width].")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(names = "--force", description = "Replace an existing output.")
    private boolean force;

    @Option(names = "--samples", paramLabel = "N", description = "How many images.", defaultValue = "256")
    private int samples;

    @Option(names = "--batch", paramLabel = "N", description = "Images that match together.", defaultValue = "128")
    private int batch;

    @Option(names = "--steps", paramLabel = "N", description = "Steps of Adam on each batch.", defaultValue = "100")
    private int steps;

    @Option(names = "--rate", paramLabel = "X", description = "Adam's rate.", defaultValue = "0.1")
    private double rate;

    @Option(names = "--seed", paramLabel = "N", description = "Of the first images.", defaultValue = "0")
    private long seed;

    @Mixin
    private ImageOptions images = new ImageOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Override
    public Integer call() {
        new FileRoles().input("the model", model).output("-o", output).check();
        if (Files.exists(output) && !force) {
            throw OutputException.of(
                    output.toString(), "exists already", "choose another name, or use --force to replace it");
        }
        Distillation.Settings settings;
        try {
            settings = new Distillation.Settings(samples, batch, steps, rate, seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
        Distillation.Result result =
                new Distillation(settings).run(model, images.given(), work.threads(), work.progress());
        OutputFile.write(output, result.images()::write);
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%s: %d images; distance from the statistics of %d BatchNormalization nodes %.4f, before %.4f%n",
                        output,
                        result.images().shape()[0],
                        result.nodes(),
                        result.lossAfter(),
                        result.lossBefore());
        return 0;
    }
}
