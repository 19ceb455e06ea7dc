package dev.signet.cli;

import dev.signet.onnx.Messages;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How figures are printed. */
final class Figures {
    private static final int LONGEST_NAME = 60;

    private Figures() {}

    /** 1,097,510. */
    static String bytes(long bytes) {
        return String.format(Locale.ROOT, "%,d", bytes);
    }

    /** 9.8 %. */
    static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }

    /** A relative squared error. */
    static String error(double error) {
        return String.format(Locale.ROOT, error >= 0.001 || error == 0 ? "%.4f" : "%.1e", error);
    }

    /** 64x64x3x3. */
    static String shape(int[] shape) {
        return shape(Arrays.stream(shape).asLongStream().toArray());
    }

    /** 64x64x3x3. */
    static String shape(long[] shape) {
        return Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining("x"));
    }

    /** A name from a file: no control characters, not endless. */
    static String name(String name) {
        String plain = Messages.oneLine(name);
        return plain.length() <= LONGEST_NAME ? plain : "..." + plain.substring(plain.length() - LONGEST_NAME + 3);
    }
}
