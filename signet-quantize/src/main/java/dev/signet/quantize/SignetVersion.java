package dev.signet.quantize;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of this build, which goes into every file that it writes. */
public final class SignetVersion {
    private SignetVersion() {}

    /** The version, as in the Maven project. */
    public static String current() {
        try (InputStream stream = SignetVersion.class.getResourceAsStream("version.txt")) {
            if (stream == null) {
                throw new IllegalStateException("version.txt is missing from the jar");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
