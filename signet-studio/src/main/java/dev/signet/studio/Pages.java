package dev.signet.studio;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The page's own files; what it shares with reports is {@link dev.signet.report.PageParts}'. */
final class Pages {
    private Pages() {}

    static byte[] bytes(String name) {
        try (InputStream stream = Pages.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is missing from the class path");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
