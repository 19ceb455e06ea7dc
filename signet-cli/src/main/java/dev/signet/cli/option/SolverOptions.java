package dev.signet.cli.option;

import dev.signet.core.Grouping;
import dev.signet.quantize.NamePattern;
import dev.signet.quantize.QuantizeOptions;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputChoices;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How weights are quantized, where it is the same for one result and for a comparison. */
public final class SolverOptions {
    private static final int MOST_SAMPLES = 65_536;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--group",
            paramLabel = "G",
            description = "Weights that share coefficients: filter, kernel, block:N, layer or auto (filter, or levels"
                    + " shared by all filters with a factor each where that is better; the default); in an experiment"
                    + " one or several, with commas (default there: filter).",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private @Nullable String group;

    @Option(
            names = "--offset",
            negatable = true,
            description = "A constant term in each group.",
            defaultValue = "true",
            fallbackValue = "true")
    private boolean offset;

    @Option(
            names = "--correct",
            negatable = true,
            description = "Match mean and deviation of every output channel.",
            defaultValue = "true",
            fallbackValue = "true")
    private boolean correct;

    @Option(
            names = "--calibrate",
            paramLabel = "DIR|FILE.npy|NAME=FILE",
            description =
                    "Unlabelled images (or inputs, [samples, ...]) instead of statistics without data; for a network"
                            + " with several inputs once for each, with its name.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private List<String> calibrate = List.of();

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "How many samples to look at (default: as many as serve).",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private int samples;

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description = "Weights or nodes to keep as they are; may be given several times.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private List<String> exclude = List.of();

    /**
     * The only grouping.
     *
     * @throws IllegalArgumentException if it is none
     */
    public Grouping group() {
        return group == null ? new Grouping.Auto() : Grouping.parse(group);
    }

    /**
     * The groupings, each once.
     *
     * @throws IllegalArgumentException if one is none
     */
    public List<Grouping> groups() {
        return Arrays.stream((group == null ? "filter" : group).split(",", -1))
                .map(String::strip)
                .distinct()
                .map(Grouping::parse)
                .toList();
    }

    /**
     * The groupings that the default of {@code quantize} is tried with: its own unless others are given.
     *
     * @throws IllegalArgumentException if one is none
     */
    public List<Grouping> groupsOfDefault() {
        return group == null ? List.of(new Grouping.Auto()) : groups();
    }

    public boolean offset() {
        return offset;
    }

    public boolean correct() {
        return correct;
    }

    public List<String> excludeTexts() {
        return exclude;
    }

    public List<NamePattern> exclude() {
        return exclude.stream().map(NamePattern::new).toList();
    }

    /** What layers are looked at with, their images put through {@code preprocessing}; null to find out. */
    public QuantizeOptions.Samples samples(@Nullable Preprocessing preprocessing) {
        return samples(preprocessing, InputChoices.NONE);
    }

    /** The same with what the user says of single inputs. */
    public QuantizeOptions.Samples samples(@Nullable Preprocessing preprocessing, InputChoices said) {
        if (samples < 0 || samples > MOST_SAMPLES) {
            throw new ParameterException(
                    spec.commandLine(),
                    String.format(
                            Locale.ROOT,
                            "--samples must be 0 (as many as serve) to %d, not %d",
                            MOST_SAMPLES,
                            samples));
        }
        Path all = null;
        Map<String, Path> named = new LinkedHashMap<>();
        for (String text : calibrate) {
            int equals = text.indexOf('=');
            if (equals < 1 || Files.exists(Path.of(text))) {
                all = Path.of(text);
            } else {
                named.put(text.substring(0, equals), Path.of(text.substring(equals + 1)));
            }
        }
        return new QuantizeOptions.Samples(
                all, samples, preprocessing, new InputChoices(said.ranges(), said.orders(), Map.copyOf(named)));
    }
}
