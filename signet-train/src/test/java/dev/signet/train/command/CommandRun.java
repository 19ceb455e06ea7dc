package dev.signet.train.command;

import dev.signet.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;

/** One call of the command line with the plug-in, in this process. */
record CommandRun(int exit, String out, String err) {
    static CommandRun signet(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        int exit = Main.execute(new PrintWriter(out), new PrintWriter(err), texts);
        return new CommandRun(exit, out.toString(), err.toString());
    }
}
