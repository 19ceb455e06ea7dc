package dev.signet.cli.help;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Help whose options stand in {@linkplain OptionGroup groups} under a synopsis of one line. */
public final class GroupedHelp {
    private static final int DEFAULT_WIDTH = 100;

    private GroupedHelp() {}

    /** Makes a command and all below it explain themselves so. */
    public static void install(CommandLine command) {
        Map<String, IHelpSectionRenderer> sections = new HashMap<>(command.getHelpSectionMap());
        sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, GroupedHelp::options);
        command.setHelpSectionMap(sections);
        shorten(command);
    }

    private static void shorten(CommandLine command) {
        command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
        command.getSubcommands().values().forEach(GroupedHelp::shorten);
    }

    /** How wide help is: what COLUMNS says, and otherwise what most terminals and mails bear. */
    public static int width(int columns) {
        return columns == 0 ? DEFAULT_WIDTH : Math.clamp(columns, 55, DEFAULT_WIDTH);
    }

    private static String options(Help help) {
        List<OptionSpec> all = help.commandSpec().options().stream()
                .filter(option -> !option.hidden())
                .toList();
        var text = new StringBuilder();
        for (OptionGroup group : OptionGroup.values()) {
            List<OptionSpec> members = all.stream()
                    .filter(option -> OptionGroup.of(option) == group)
                    .toList();
            if (!members.isEmpty()) {
                // The columns are those of all options, so that the groups stand under one another.
                Help.Layout layout = help.createDefaultLayout(all, List.of(), help.colorScheme());
                layout.addAllOptions(members, help.parameterLabelRenderer());
                text.append(System.lineSeparator())
                        .append(members.size() == all.size() ? "Options" : group.title())
                        .append(':')
                        .append(System.lineSeparator())
                        .append(layout);
            }
        }
        return text.toString();
    }
}
