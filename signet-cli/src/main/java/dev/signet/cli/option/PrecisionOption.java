package dev.signet.cli.option;

import dev.signet.engine.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** {@code --precision}. */
public final class PrecisionOption {
    @Option(
            names = "--precision",
            paramLabel = "exact|bounded",
            description =
                    "exact: Signet's engine does not round. bounded: activations are rounded to 8 bits where that is"
                            + " faster and changes a network's outputs by less than 2 %% (root mean square)."
                            + " Default: bounded for bench, exact elsewhere.",
            showDefaultValue = Visibility.NEVER)
    private @Nullable Precision precision;

    public Precision or(Precision usual) {
        return precision == null ? usual : precision;
    }
}
