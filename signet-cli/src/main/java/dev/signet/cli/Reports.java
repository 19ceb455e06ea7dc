package dev.signet.cli;

import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import dev.signet.onnx.store.OutputFile;
import dev.signet.report.HtmlPage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** Writes report pages. */
final class Reports {
    private Reports() {}

    static void write(Path file, HtmlPage page) {
        OutputFile.writeText(file, page.html());
    }

    /** What was typed, as it can be typed again; of files their names, as folders say more of the user than of the result. */
    static String command(CommandSpec spec) {
        return "signet "
                + spec.root().commandLine().getParseResult().originalArgs().stream()
                        .map(Reports::word)
                        .collect(Collectors.joining(" "));
    }

    private static String word(String argument) {
        String plain = Messages.oneLine(
                argument.startsWith("/") ? String.valueOf(Path.of(argument).getFileName()) : argument);
        return plain.matches("[A-Za-z0-9._/:@%+=,-]+") ? plain : "'" + plain.replace("'", "'\\''") + "'";
    }

    /** How a page came about: the command, the day, the hashes of the files. */
    static List<String> foot(CommandSpec spec, List<Path> files) {
        List<String> lines = new ArrayList<>();
        lines.add("%s, %s".formatted(command(spec), LocalDate.now(ZoneOffset.UTC)));
        files.forEach(file -> lines.add("%s: SHA-256 %s".formatted(file.getFileName(), sha256(file))));
        return lines;
    }

    private static String sha256(Path file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw InputException.of(file.toString(), "can not be read: " + Messages.reason(e), "check the file", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
