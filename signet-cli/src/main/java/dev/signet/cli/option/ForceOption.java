package dev.signet.cli.option;

import picocli.CommandLine.Option;

/** {@code --force}. */
public final class ForceOption {
    @Option(names = "--force", description = "Replace outputs that exist, whatever they are; never an input.")
    private boolean given;

    /** Whether any file may be replaced. */
    public boolean given() {
        return given;
    }
}
