package dev.signet.spark;

import dev.signet.cli.CommandPlugin;

/** Brings {@code signet sweep}. */
public final class SweepPlugin implements CommandPlugin {
    @Override
    public Object command() {
        return new SweepCommand();
    }

    /** Spark has folders, files and processes of its own to remove. */
    @Override
    public boolean endsInOrder() {
        return true;
    }
}
