package dev.signet.cli;

import dev.signet.lab.pipeline.SignetVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"signet " + SignetVersion.current(), "Java " + Runtime.version()};
    }
}
