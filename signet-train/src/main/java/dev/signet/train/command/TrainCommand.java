package dev.signet.train.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code signet train}: makes networks to begin with. */
@Command(
        name = "train",
        description = "Trains networks from nothing and writes them as ONNX files, on PyTorch (Linux on x86-64 only).",
        subcommands = {
            TrainClassificationCommand.class,
            TrainSuperResolutionCommand.class,
            TrainStyleCommand.class,
            DistillCommand.class
        })
final class TrainCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "What is to be trained? See 'signet train --help'.");
    }
}
