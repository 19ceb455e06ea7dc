package dev.signet.cli;

import dev.signet.onnx.InputException;
import dev.signet.report.HtmlPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes report pages. */
final class Reports {
    private Reports() {}

    static void write(Path file, HtmlPage page) {
        try {
            Files.writeString(file, page.html());
        } catch (IOException e) {
            throw InputException.of(
                    file.toString(), "can not be written: " + e.getMessage(), "choose another --report file", e);
        }
    }
}
