package dev.signet.cli;

/** What the launcher says of where output goes: Java itself can not tell for stdout and stderr apart. */
final class Terminal {
    private Terminal() {}

    /** Characters in a line: the variable COLUMNS, or the terminal's width; 0 where lines may have any length. */
    static int columns() {
        String columns = System.getProperty("signet.columns", System.getenv().getOrDefault("COLUMNS", ""));
        return columns.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(columns) : 0;
    }

    /** Whether results may have colours: on a terminal, unless NO_COLOR has any value (no-color.org). */
    static boolean colours() {
        String forbidden = System.getenv("NO_COLOR");
        return Boolean.getBoolean("signet.terminal.out") && (forbidden == null || forbidden.isEmpty());
    }
}
