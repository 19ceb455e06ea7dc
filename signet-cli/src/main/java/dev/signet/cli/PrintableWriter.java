package dev.signet.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/**
 * What a terminal gets: names from files that nobody vouches for could otherwise clear it, change its title or turn the direction
 * of text. Control characters but for line ends and tabs, format characters and halves of pairs become question marks.
 */
final class PrintableWriter extends FilterWriter {
    PrintableWriter(Writer out) {
        super(out);
    }

    @Override
    public void write(int c) throws IOException {
        write(Character.toString((char) c), 0, 1);
    }

    @Override
    public void write(char[] characters, int from, int length) throws IOException {
        write(new String(characters, from, length), 0, length);
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
        var printable = new StringBuilder(length);
        text.substring(from, from + length)
                .codePoints()
                .map(c -> isPrintable(c) ? c : '?')
                .forEach(printable::appendCodePoint);
        out.write(printable.toString());
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL -> c == '\n' || c == '\r' || c == '\t';
            case Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }
}
