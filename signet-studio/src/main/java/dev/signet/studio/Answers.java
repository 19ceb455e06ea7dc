package dev.signet.studio;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What is sent back, with what a browser must not do with it. */
final class Answers {
    /** The page runs its own scripts only and talks to its own server only; charts set styles of their own. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors"
            + " 'none'";

    private static final ObjectMapper JSON = new ObjectMapper();

    private Answers() {}

    /** Headers of every answer. */
    static void protect(HttpExchange exchange) {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Security-Policy", POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cache-Control", "no-store");
    }

    static void json(HttpExchange exchange, int status, Object value) throws IOException {
        bytes(exchange, status, "application/json", JSON.writeValueAsBytes(value));
    }

    /** An error in a line. */
    static void error(HttpExchange exchange, int status, String message) throws IOException {
        json(exchange, status, Map.of("error", message));
    }

    static void bytes(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** A file to keep; {@code name} is of plain letters. */
    static void file(HttpExchange exchange, Path file, String name) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        exchange.getResponseHeaders().set("Content-Disposition", "attachment; filename=\"" + name + "\"");
        exchange.sendResponseHeaders(200, Files.size(file));
        try (OutputStream out = exchange.getResponseBody()) {
            Files.copy(file, out);
        }
    }

    /** How a job gets on, an event whenever that changes and at least each second, until it ends or nobody listens. */
    static void events(HttpExchange exchange, Job job) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            Job.Snapshot snapshot;
            do {
                snapshot = job.snapshot();
                out.write(("data: " + JSON.writeValueAsString(snapshot) + "\n\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
                if (!snapshot.state().isEnd()) {
                    Thread.sleep(EVENT_MILLIS);
                }
            } while (!snapshot.state().isEnd());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final long EVENT_MILLIS = 200;

    /** Bytes that are read for nothing before somebody is told that there are too many. */
    private static final long UNREAD = 64L << 20;

    /**
     * Keeps what was sent, of which there may be no more than {@code most} bytes.
     *
     * @throws TooLargeException if there is more; nothing is left then
     */
    static void keep(HttpExchange exchange, Path target, long most) throws IOException {
        try (InputStream in = exchange.getRequestBody();
                OutputStream out = Files.newOutputStream(target)) {
            byte[] buffer = new byte[1 << 16];
            long all = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                all += read;
                if (all > most) {
                    // A browser that is cut off while it sends sees no answer.
                    long left = UNREAD;
                    while (left > 0 && read >= 0) {
                        read = in.read(buffer);
                        left -= read;
                    }
                    throw new TooLargeException(most);
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(target);
            throw e;
        }
    }

    /** What was sent as JSON. */
    static <T> T read(HttpExchange exchange, Class<T> type) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(StudioLimits.REQUEST_BYTES + 1);
        if (body.length > StudioLimits.REQUEST_BYTES) {
            throw new TooLargeException(StudioLimits.REQUEST_BYTES);
        }
        return JSON.readValue(body, type);
    }

    /** Somebody sends more than is taken. */
    static final class TooLargeException extends RuntimeException {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        TooLargeException(long most) {
            super("larger than the " + Math.max(1, most >> 20) + " MB that are taken");
        }
    }
}
