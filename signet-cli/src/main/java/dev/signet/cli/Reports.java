package dev.signet.cli;

import dev.signet.onnx.store.OutputFile;
import dev.signet.report.HtmlPage;
import java.nio.file.Path;

/** Writes report pages. */
final class Reports {
    private Reports() {}

    static void write(Path file, HtmlPage page) {
        OutputFile.writeText(file, page.html());
    }
}
