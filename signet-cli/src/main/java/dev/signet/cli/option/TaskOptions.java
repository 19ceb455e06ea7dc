package dev.signet.cli.option;

import dev.signet.core.compute.Progress;
import dev.signet.lab.dataset.LabelledImages;
import dev.signet.lab.dataset.Pictures;
import dev.signet.lab.dataset.ResolutionPairs;
import dev.signet.lab.task.AgainstOriginal;
import dev.signet.lab.task.Classification;
import dev.signet.lab.task.StyleTransfer;
import dev.signet.lab.task.SuperResolution;
import dev.signet.lab.task.Task;
import dev.signet.lab.task.TaskKind;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputRange;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.RunnableModel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A task and its data. */
public final class TaskOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "TASK",
            description = "classification (top-1, top-5), super-resolution (PSNR, SSIM, MSE against large pictures) or"
                    + " style-transfer (the same against another model's pictures); against the original network, with"
                    + " no labels: detection (boxes found), segmentation (IoU of masks), features (cosine), text"
                    + " (characters that CTC reads), sound (SNR), or agreement, which finds out what the outputs are.")
    private @Nullable String task;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description =
                    "Classification: a CIFAR-10 binary file, a folder that holds test_batch.bin, or a folder with one"
                            + " folder of pictures per class (classes in the order of the folders' names, or by number"
                            + " where all names are numbers). Super-resolution: a folder with HR and LR folders of"
                            + " pictures, or any folder of pictures, which are then made small bicubically. Style"
                            + " transfer: a folder of pictures. Against the original: a folder of pictures, a CIFAR-10"
                            + " binary file, or a .npy file of inputs [samples, ...].")
    private @Nullable Path data;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Use only N images: the first ones, or evenly from all classes of folders.")
    private int limit;

    @Option(
            names = "--upscale",
            paramLabel = "N",
            description =
                    "Super-resolution: how many times larger pictures become (default: found out). Of a model that"
                            + " does not enlarge, the input is enlarged bicubically.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private int upscale;

    @Option(
            names = "--threshold",
            paramLabel = "X",
            description = "Against the original: the score that boxes are above, or the probability of a mask or a"
                    + " decision (default: 0.5).",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private @Nullable Double threshold;

    @Option(
            names = "--output-name",
            paramLabel = "NAME",
            description = "Against the original: the output to look at (default: the one whose values tell most).",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private @Nullable String outputName;

    @Mixin
    private InputOptions inputs = new InputOptions();

    @Mixin
    private ImageOptions images = new ImageOptions();

    /**
     * The kind of task.
     *
     * @throws ParameterException if the options are not usable
     */
    public TaskKind kind() {
        TaskKind kind;
        data();
        try {
            kind = TaskKind.parse(required(task, "TASK"));
            // Checked before any work.
            images.preprocessing();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
        if (limit < 0 || upscale < 0) {
            throw new ParameterException(spec.commandLine(), "--limit and --upscale must not be negative");
        }
        if (upscale != 0 && kind != TaskKind.SUPER_RESOLUTION) {
            throw new ParameterException(spec.commandLine(), "--upscale is for super-resolution");
        }
        if (threshold != null && !(threshold > 0 && threshold < 1)) {
            throw new ParameterException(spec.commandLine(), "--threshold must be between 0 and 1");
        }
        if (!kind.isAgainstOriginal() && (threshold != null || outputName != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--threshold and --output-name are for what is compared with the original network");
        }
        return kind;
    }

    public Path data() {
        return required(data, "--data=PATH");
    }

    /** Whether nothing is said: where another source of tasks may stand in for it. */
    public boolean isUnsaid() {
        return task == null && data == null;
    }

    private <T> T required(@Nullable T value, String name) {
        if (value == null) {
            throw new ParameterException(spec.commandLine(), "Missing required: " + name);
        }
        return value;
    }

    /** The task of a model; for style transfer the model is run on all pictures. */
    public Task of(RunnableModel model, Progress progress) {
        return switch (kind()) {
            case CLASSIFICATION -> new Classification(LabelledImages.open(data(), limit), images.preprocessing());
            case SUPER_RESOLUTION ->
                SuperResolution.of(
                        model, ResolutionPairs.open(data(), limit, images.resize()), upscale, ofPictures(model));
            case STYLE_TRANSFER -> {
                Pictures pictures = Pictures.open(data(), limit, images.resize());
                try (Progress.Task running = progress.start("original", pictures.size())) {
                    yield StyleTransfer.against(model, pictures, ofPictures(model), running::at);
                }
            }
            case AGREEMENT, DETECTION, SEGMENTATION, FEATURES, TEXT, SOUND ->
                throw new IllegalStateException("compared with an original");
        };
    }

    /** The comparison with an original, which is run on all inputs. */
    public AgainstOriginal against(Path original, int threads) {
        var question = new AgainstOriginal.Question(
                data(), limit, images.ofSamples(), inputs.choices(), inputs.shapes(), threshold, outputName);
        OnnxModel model = ModelFile.read(original);
        try (OnnxRuntimeModel opened = OnnxRuntimeModel.open(original, threads)) {
            return AgainstOriginal.of(kind(), model, opened, question, threads);
        }
    }

    /** What the user says of the network's inputs. */
    public InputOptions inputs() {
        return inputs;
    }

    private Preprocessing ofPictures(RunnableModel model) {
        return images.preprocessing(InputRange.ofImages(model)).withoutResizing();
    }

    /** What the user says of the samples' images; null for nothing. */
    @Nullable
    public Preprocessing ofSamples() {
        TaskKind kind = kind();
        return kind.isAgainstOriginal()
                ? images.ofSamples()
                : kind == TaskKind.CLASSIFICATION ? images.given() : images.givenForPictures();
    }
}
