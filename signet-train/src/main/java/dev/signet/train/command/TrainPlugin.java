package dev.signet.train.command;

import dev.signet.cli.CommandPlugin;

/** Brings {@code signet train} to the command line. */
public final class TrainPlugin implements CommandPlugin {
    @Override
    public Object command() {
        return new TrainCommand();
    }
}
