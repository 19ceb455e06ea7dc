package dev.signet.cli.help;

import java.util.Arrays;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;

/** Options that belong together, in the order in which help lists them. */
public enum OptionGroup {
    SIZE("Size", "--bits", "--min-snr", "--target-size", "--max-drop", "--format", "--to", "--exclude", "--group"),
    QUALITY(
            "Quality",
            "--method",
            "--importance",
            "--save-importance",
            "--offset",
            "--correct",
            "--calibrate",
            "--samples",
            "--verify",
            "--precision"),
    INPUTS(
            "Inputs",
            "--data",
            "--reference",
            "--input",
            "--labels",
            "--limit",
            "--upscale",
            "--input-range",
            "--input-layout",
            "--input-shape",
            "--scale",
            "--mean",
            "--std",
            "--bgr",
            "--resize",
            "--batch",
            "--plan",
            "--threshold",
            "--output-name"),
    OUTPUT(
            "Output",
            "--output",
            "--out-dir",
            "--report",
            "--json",
            "--top",
            "--force",
            "--strip",
            "--keep-docs",
            "--quiet"),
    /** Whatever few people need. */
    ADVANCED("Advanced");

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of gives one that is
    private final Set<String> names;

    OptionGroup(String title, String... names) {
        this.title = title;
        this.names = Set.of(names);
    }

    /** The heading. */
    public String title() {
        return title;
    }

    /** The group of an option. */
    public static OptionGroup of(OptionSpec option) {
        return Arrays.stream(values())
                .filter(group -> Arrays.stream(option.names()).anyMatch(group.names::contains))
                .findFirst()
                .orElse(ADVANCED);
    }
}
