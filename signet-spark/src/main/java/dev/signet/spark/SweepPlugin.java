package dev.signet.spark;

import dev.signet.cli.CommandPlugin;

/** Brings {@code signet sweep}. */
public final class SweepPlugin implements CommandPlugin {
    @Override
    public Object command() {
        return new SweepCommand();
    }
}
