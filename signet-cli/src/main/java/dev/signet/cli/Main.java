package dev.signet.cli;

import dev.signet.cli.help.GroupedHelp;
import dev.signet.cli.help.Suggestions;
import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import dev.signet.onnx.OutputException;
import dev.signet.quantize.NotAchievedException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

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
            StudioCommand.class,
            HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT,
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
        // Who asks nothing wants to know what there is.
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        // Numbers are written as JSON, models and scripts have them, whoever runs this.
        Locale.setDefault(Locale.ROOT);
        restoreStderr();
        System.exit(run(args));
    }

    private static int run(String... args) {
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        try {
            if (!endsInOrder(args)) {
                Interrupt.install();
            }
            return execute(new PrintWriter(System.out, true, StandardCharsets.UTF_8), err, args);
        } catch (LinkageError | ServiceConfigurationError e) {
            return ownFiles(err, e);
        }
    }

    /** Where Java can not load what belongs to Signet: no other class of it is needed to say so. */
    private static int ownFiles(PrintWriter err, Error e) {
        err.println("signet: its own files can not be read ("
                + e.toString().lines().findFirst().orElse("")
                + "); check that enough files may be open (ulimit -n 256), or build it again");
        return BAD_INPUT;
    }

    /**
     * The launcher keeps Java's warning that it uses an incubator module, which nothing else switches off, from people: it
     * starts Java without a stderr, and the real one as the file descriptor that {@code signet.stderr} names.
     */
    private static void restoreStderr() {
        Integer number = Integer.getInteger("signet.stderr");
        if (number == null) {
            return;
        }
        try {
            Constructor<FileDescriptor> constructor = FileDescriptor.class.getDeclaredConstructor(int.class);
            constructor.setAccessible(true);
            var stderr = new FileOutputStream(constructor.newInstance(number));
            System.setErr(new PrintStream(stderr, true, StandardCharsets.UTF_8));
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalStateException("java needs --add-opens java.base/java.io=ALL-UNNAMED", e);
        }
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
        int exit = executePrintable(new ResultWriter(out, Terminal.colours()), printable, args);
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
        explain(commandLine);
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
            String problem =
                    e instanceof UnmatchedArgumentException words ? Suggestions.problem(words) : e.getMessage();
            err.println("signet: " + Messages.oneLine(String.valueOf(problem)));
            if (e instanceof UnmatchedArgumentException words) {
                Suggestions.of(words).map(Messages::oneLine).ifPresent(err::println);
            }
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
            return e instanceof LinkageError ? ownFiles(err, e) : fail(err, FAILED, internal(e));
        } finally {
            out.flush();
        }
    }

    /** What help looks like, and what stands on top of it. */
    private static void explain(CommandLine commandLine) {
        CommandSpec completion = CommandSpec.forAnnotatedObject(new GenerateCompletion());
        commandLine.addSubcommand("completion", completion);
        GroupedHelp.install(commandLine);
        commandLine.setUsageHelpAutoWidth(false);
        commandLine.setUsageHelpWidth(GroupedHelp.width(Terminal.columns()));
        completion
                .usageMessage()
                .description("Prints a script that completes commands and options in bash and zsh: source <(signet"
                        + " completion).");
        // Set here, and not as an annotation, which all commands would inherit.
        commandLine.getCommandSpec().usageMessage().descriptionHeading("""

            Examples:
              signet demo                             the whole story on built-in networks
              signet quantize MODEL.onnx              the smallest file that stays good
              signet quantize MODEL.onnx --bits 3     3 bits a weight

            """);
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

    private static boolean endsInOrder(String... args) {
        return args.length > 0
                && ServiceLoader.load(CommandPlugin.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .anyMatch(plugin -> plugin.endsInOrder()
                                && new CommandLine(plugin.command())
                                        .getCommandName()
                                        .equals(args[0]));
    }

    private static int fail(PrintWriter err, int code, @Nullable String message) {
        err.println("signet: " + Messages.oneLine(String.valueOf(message)));
        return code;
    }
}
