package dev.signet.cli;

import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import dev.signet.onnx.OutputException;
import dev.signet.quantize.NotAchievedException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code signet}. */
@Command(
        name = "signet",
        description =
                "Makes ONNX convolutional networks 8 to 16 times smaller: 1 to 8 bits a weight, no training data, no"
                        + " retraining, in a file that every ONNX Runtime opens.",
        subcommands = {
            QuantizeCommand.class,
            InspectCommand.class,
            ConvertCommand.class,
            EvaluateCommand.class,
            ExperimentCommand.class,
            RunCommand.class,
            BenchCommand.class,
            DemoCommand.class,
            HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT,
        usageHelpAutoWidth = true,
        showDefaultValues = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it ran, but what was asked for did not come true (file not smaller, verification failed, target size"
                    + " out of reach)",
            "2:wrong usage",
            "3:unreadable or unsupported input, or an output that can not be written"
        })
public final class Main implements Runnable {
    /** It ran, but what was asked for did not come true. */
    static final int FAILED = 1;

    /** Unreadable or unsupported input. */
    static final int BAD_INPUT = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show stack traces of errors.")
    private boolean verbose;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command? See 'signet --help'.");
    }

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        // Numbers are written as JSON, models and scripts have them, whoever runs this.
        Locale.setDefault(Locale.ROOT);
        System.exit(execute(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                args));
    }

    /**
     * Runs a command in this process.
     *
     * @param out for results
     * @param err for everything else
     * @return the exit code
     */
    public static int execute(PrintWriter out, PrintWriter err, String... args) {
        var printable = new PrintWriter(new PrintableWriter(err), true);
        int exit = executePrintable(new PrintWriter(new PrintableWriter(out), true), printable, args);
        if (out.checkError() && exit == 0) {
            exit = fail(printable, BAD_INPUT, "stdout: can not be written; check where it goes, and the space there");
        }
        printable.flush();
        return exit;
    }

    private static int executePrintable(PrintWriter out, PrintWriter err, String... args) {
        var main = new Main();
        var commandLine = new CommandLine(main);
        // Before all that holds for every command.
        addPlugins(commandLine);
        commandLine
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((e, command, parsed) -> {
            if (main.verbose) {
                e.printStackTrace(err);
            }
            return switch (e) {
                case InputException input -> fail(err, BAD_INPUT, input.getMessage());
                case OutputException output -> fail(err, BAD_INPUT, output.getMessage());
                case NotAchievedException failed -> fail(err, FAILED, failed.getMessage());
                default -> fail(err, FAILED, internal(e));
            };
        });
        commandLine.setParameterExceptionHandler((e, unmatched) -> {
            err.println("signet: " + Messages.oneLine(String.valueOf(e.getMessage())));
            err.println("Try '%s --help'."
                    .formatted(e.getCommandLine().getCommandSpec().qualifiedName()));
            return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
        });
        try {
            return commandLine.execute(args);
        } catch (OutOfMemoryError e) {
            if (main.verbose) {
                e.printStackTrace(err);
            }
            return fail(
                    err,
                    BAD_INPUT,
                    "not enough memory; give more with --memory, or set SIGNET_JAVA_OPTIONS=-Xmx16g or so");
        } catch (Error e) {
            if (main.verbose) {
                e.printStackTrace(err);
            }
            return fail(err, FAILED, internal(e));
        } finally {
            out.flush();
        }
    }

    private static String internal(Throwable e) {
        return "internal error: %s (run again with --verbose and report it)".formatted(e);
    }

    /** Commands of other modules, or what says that they are not there. */
    private static void addPlugins(CommandLine commandLine) {
        ServiceLoader.load(CommandPlugin.class).forEach(plugin -> commandLine.addSubcommand(plugin.command()));
        for (MissingCommand.Known known : MissingCommand.ALL) {
            if (!commandLine.getSubcommands().containsKey(known.name())) {
                commandLine.addSubcommand(known.name(), new MissingCommand(known).spec());
            }
        }
    }

    private static int fail(PrintWriter err, int code, @Nullable String message) {
        err.println("signet: " + Messages.oneLine(String.valueOf(message)));
        return code;
    }
}
