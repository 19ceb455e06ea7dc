package dev.signet.cli;

import dev.signet.onnx.InputException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** Stands for the command of a plug-in that is not there, and says what to add. */
@Command
final class MissingCommand implements Callable<Integer> {
    /**
     * The commands that come as plug-ins.
     *
     * @param name of the command
     * @param module that brings it
     * @param purpose for the help
     * @param needs what it is made of, and where that runs
     */
    record Known(String name, String module, String purpose, String needs) {}

    static final List<Known> ALL = List.of(
            new Known(
                    "train",
                    "signet-train",
                    "Trains networks from nothing and writes them as ONNX files.",
                    "PyTorch, 115 MB, Linux on x86-64 only"),
            new Known(
                    "sweep",
                    "signet-spark",
                    "Runs a plan on Apache Spark; 'experiment --plan' does it on this machine.",
                    "Apache Spark, 270 MB"));

    private final Known known;

    MissingCommand(Known known) {
        this.known = known;
    }

    /** The command: takes whatever the plug-in's would, with a help that says that it is not there. */
    CommandSpec spec() {
        CommandSpec spec = CommandSpec.forAnnotatedObject(this);
        spec.usageMessage().description(known.purpose() + " Not installed: needs " + known.module() + ".");
        spec.parser().unmatchedArgumentsAllowed(true);
        return spec;
    }

    @Override
    public Integer call() {
        throw InputException.of(
                known.name(),
                "is a plug-in that is not installed (%s: %s)".formatted(known.module(), known.needs()),
                "build it in Signet's folder with 'mvn -DskipTests package -pl %s -am', after which ./signet finds it"
                        .formatted(known.module()));
    }
}
