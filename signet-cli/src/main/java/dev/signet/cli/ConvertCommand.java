package dev.signet.cli;

import dev.signet.cli.option.FileRoles;
import dev.signet.cli.option.ForceOption;
import dev.signet.cli.option.JsonTarget;
import dev.signet.cli.option.OutputKind;
import dev.signet.cli.option.WorkOptions;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.PackedConversion;
import dev.signet.onnx.store.PendingFile;
import dev.signet.quantize.NotAchievedException;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Verification;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code signet convert}: another form of a packed file, with the same weights. */
@Command(
        name = "convert",
        descriptionHeading = "%nExamples:%n"
                + "  signet convert small.onnx --to float -o plain.onnx    the same weights as fp32%n"
                + "  signet convert small.onnx --to inline -o plain.onnx   without local functions%n"
                + "  signet convert plain.onnx --to packed -o small.onnx   and back%n%n",
        description =
                "Gives a packed file another form, without quantizing again: its weights stay the same to the bit.",
        footer = {
            "",
            "float is for runtimes that load no packed file and for tools that look at weights; inline for runtimes"
                    + " without local functions."
        })
final class ConvertCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it, as it does all parameters that are required
    private CommandSpec spec;

    @Parameters(paramLabel = "PACKED.onnx", description = "What 'signet quantize' wrote; never touched.")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT.onnx",
            required = true,
            description = "The file to write.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(
            names = "--to",
            paramLabel = "F",
            required = true,
            description =
                    "float (plain weights), inline (plain nodes that compute them), dq (DequantizeLinear, where levels"
                            + " are evenly spaced) or packed.")
    @SuppressWarnings("NullAway.Init")
    private String to;

    @Option(
            names = "--verify",
            negatable = true,
            fallbackValue = "true",
            defaultValue = "true",
            description =
                    "Compare what both files do in ONNX Runtime (default); --no-verify for models that it does not"
                            + " open.")
    private boolean verify = true;

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Mixin
    private ForceOption force = new ForceOption();

    @Mixin
    private JsonTarget json = new JsonTarget();

    /** {@code convert --json}; documented in docs/json.md. */
    private record Converted(
            String path,
            String source,
            String format,
            int weights,
            long bytesBefore,
            long bytesAfter,
            @Nullable String verified) {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Format format = format();
        if (!force.given() && Files.isRegularFile(output)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s exists already; choose another -o, or --force to replace it".formatted(output));
        }
        new FileRoles()
                .input("the model", model)
                .output("-o", output)
                .output("--json", json.file(), OutputKind.JSON, force.given())
                .check();
        OnnxModel source = ModelFile.read(model);
        var conversion = new PackedConversion(source);
        Converted converted;
        try (PendingFile pending = PendingFile.create(output, force.given(), source)) {
            pending.write(conversion.to(format));
            Verification verification = verify ? verified(pending.path()) : null;
            converted = new Converted(
                    output.toString(),
                    model.toString(),
                    format.text(),
                    conversion.weights(),
                    source.bytes(),
                    pending.bytes(),
                    verification == null ? null : verification.kind().name());
            pending.commit();
        }
        if (!json.takesStdout()) {
            out.println(String.format(
                    Locale.ROOT,
                    "%s: %s -> %s bytes, %d weights, to the bit those of %s",
                    output,
                    Figures.bytes(converted.bytesBefore()),
                    Figures.bytes(converted.bytesAfter()),
                    converted.weights(),
                    model));
        }
        json.write(converted, out);
        return 0;
    }

    private Verification verified(Path written) {
        Verification verification = Verification.compare(
                optimized -> OnnxRuntimeModel.open(model, work.threads(), optimized),
                optimized -> OnnxRuntimeModel.open(written, work.threads(), optimized),
                null,
                0);
        if (!verification.passed()) {
            throw new NotAchievedException("%s: %s; nothing was kept".formatted(output, verification.text()));
        }
        return verification;
    }

    private Format format() {
        return Arrays.stream(Format.values())
                .filter(format -> format.text().equals(to))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "--to: '%s' is not a format: %s"
                                .formatted(
                                        to,
                                        Arrays.stream(Format.values())
                                                .map(Format::text)
                                                .collect(Collectors.joining(", ")))));
    }
}
