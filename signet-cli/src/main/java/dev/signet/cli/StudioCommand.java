package dev.signet.cli;

import dev.signet.cli.option.WorkOptions;
import dev.signet.studio.Studio;
import dev.signet.studio.StudioLimits;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code signet studio}: a page to see a model get small in. */
@Command(
        name = "studio",
        descriptionHeading = "%nExamples:%n"
                + "  signet studio                    a page where a model can be dropped%n"
                + "  signet studio model.onnx         the page with this model%n"
                + "  signet studio --port 8080        at a port of your choice%n%n",
        description = "Opens a page on this machine: drop a model and pictures, slide between small and good, compare,"
                + " download.",
        footer = {
            "",
            "The page listens on 127.0.0.1 only, and its address holds a word that nobody else knows. Models are read"
                    + " and never changed; what is made goes when the studio ends, unless it was downloaded."
        })
final class StudioCommand implements Callable<Integer> {
    private static final int MOST_PORTS = 65_535;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL.onnx",
            description = "The model that the page begins with; others can be dropped there.")
    private @Nullable Path model;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "The port of 127.0.0.1 (default: one that is free).",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private int port;

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Override
    public Integer call() {
        if (port < 0 || port > MOST_PORTS) {
            throw new ParameterException(spec.commandLine(), "--port must be 0 to " + MOST_PORTS + ", not " + port);
        }
        PrintWriter out = spec.commandLine().getOut();
        Studio studio = Studio.start(port, new StudioLimits(work.threads(), work.memory()), model);
        out.println("Signet studio is at " + studio.address());
        out.println("Open this address in a browser; Ctrl+C ends it.");
        out.flush();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            studio.close();
        }
        return 0;
    }
}
