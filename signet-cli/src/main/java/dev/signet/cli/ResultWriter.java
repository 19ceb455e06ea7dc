package dev.signet.cli;

import dev.signet.quantize.Verdict;
import java.io.PrintWriter;

/** Where a command's results go: what is printed is {@linkplain PrintableWriter printable}, a verdict may be coloured. */
final class ResultWriter extends PrintWriter {
    private final PrintWriter terminal;
    private final boolean colours;

    ResultWriter(PrintWriter terminal, boolean colours) {
        super(new PrintableWriter(terminal), true);
        this.terminal = terminal;
        this.colours = colours;
    }

    /** The last line of a command: in green, yellow or red on a terminal. */
    static void print(Verdict verdict, PrintWriter out) {
        if (out instanceof ResultWriter results && results.colours) {
            results.flush();
            results.terminal.print(
                    switch (verdict.level()) {
                        case GOOD -> "\033[32m";
                        case FAIR -> "\033[33m";
                        case POOR -> "\033[31m";
                    });
            results.println(verdict.text());
            results.terminal.print("\033[0m");
            results.terminal.flush();
        } else {
            out.println(verdict.text());
        }
    }
}
