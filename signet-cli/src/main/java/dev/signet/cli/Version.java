package dev.signet.cli;

import dev.signet.quantize.SignetVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"signet " + SignetVersion.current(), "Java " + Runtime.version()};
    }
}
