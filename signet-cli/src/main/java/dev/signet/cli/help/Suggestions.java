package dev.signet.cli.help;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/** What somebody may have meant who wrote a command or an option that there is not. */
public final class Suggestions {
    private Suggestions() {}

    /** Which word was not understood, of the first of which all others may follow. */
    public static String problem(UnmatchedArgumentException e) {
        String word = e.getUnmatched().getFirst();
        if (word.startsWith("-")) {
            return "Unknown option: '%s'".formatted(word);
        }
        return e.getCommandLine().getSubcommands().isEmpty()
                ? "Unmatched argument: '%s' is one more than the command takes".formatted(word)
                : "there is no command '%s'".formatted(word);
    }

    /** A hint for words that were not understood; empty where nothing is near. */
    public static Optional<String> of(UnmatchedArgumentException e) {
        CommandLine command = e.getCommandLine();
        String word = e.getUnmatched().getFirst();
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        if (name.startsWith("-")) {
            return option(command, name);
        }
        if (!command.getSubcommands().isEmpty()) {
            return isFile(word)
                    ? Optional.of("That is a file: 'signet quantize %s' makes it small, 'signet inspect %s' shows it."
                            .formatted(word, word))
                    : nearest(word, commands(command)).map("Did you mean '%s'?"::formatted);
        }
        return Optional.empty();
    }

    private static Optional<String> option(CommandLine command, String name) {
        Optional<String> near = nearest(name, options(command.getCommandSpec()));
        if (near.isPresent()) {
            return near.map("Did you mean '%s'?"::formatted);
        }
        // Options stand behind the command that they belong to.
        CommandLine root = command.getCommandSpec().root().commandLine();
        List<String> others = root.getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(other -> options(other).contains(name))
                .map(CommandSpec::name)
                .distinct()
                .toList();
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of("%s is an option of %s.".formatted(name, String.join(", ", others)));
    }

    private static List<String> commands(CommandLine command) {
        return List.copyOf(command.getSubcommands().keySet());
    }

    private static List<String> options(CommandSpec spec) {
        List<String> names = new ArrayList<>();
        spec.options().forEach(option -> names.addAll(Arrays.asList(option.names())));
        return names;
    }

    private static boolean isFile(String word) {
        try {
            return word.endsWith(".onnx") || Files.isRegularFile(Path.of(word));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** The nearest of {@code known}: one begins with the other, or about one letter in three is wrong. */
    static Optional<String> nearest(String word, Collection<String> known) {
        String lower = word.toLowerCase(Locale.ROOT);
        if (lower.length() < 3 || lower.length() > 40) {
            return Optional.empty();
        }
        Comparator<String> byDistance = Comparator.comparingInt(other -> distance(lower, other));
        return known.stream()
                .filter(other -> other.length() > 2)
                .filter(other -> other.startsWith(lower)
                        || lower.startsWith(other)
                        || distance(lower, other)
                                <= Math.max(1, lower.replace("-", "").length() / 3))
                .min(byDistance.thenComparing(Comparator.naturalOrder()));
    }

    /** Letters to change, add, leave out or swap (Damerau, restricted). */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + same);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
