package dev.signet.studio;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in: whoever knows the token, asks for this very host (or a page elsewhere could give its own name our address), and
 * comes from no other page.
 *
 * @param port that the server listens on
 * @param token the first part of every path
 */
record Gate(int port, String token) {
    private static final int TOKEN_BYTES = 18;

    static Gate on(int port) {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return new Gate(port, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }

    /** What comes after the token in the path; empty for who is not let in. */
    Optional<String> path(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        String path = exchange.getRequestURI().getRawPath();
        String start = "/" + token + "/";
        boolean known = path != null
                && path.length() >= start.length()
                && MessageDigest.isEqual(bytes(path.substring(0, start.length())), bytes(start));
        return known && isHere(only(headers, "Host")) && isOurs(headers)
                ? Optional.of(path.substring(start.length()))
                : Optional.empty();
    }

    private boolean isHere(@Nullable String host) {
        return host != null && hosts().contains(host);
    }

    private boolean isOurs(Headers headers) {
        String origin = only(headers, "Origin");
        String site = only(headers, "Sec-Fetch-Site");
        return (!headers.containsKey("Origin") || (origin != null && isHere(origin.replaceFirst("^http://", ""))))
                && (site == null || Set.of("same-origin", "none").contains(site));
    }

    private Set<String> hosts() {
        return Set.of("127.0.0.1:" + port, "localhost:" + port);
    }

    private static @Nullable String only(Headers headers, String name) {
        List<String> values = headers.get(name);
        return values != null && values.size() == 1 ? values.getFirst() : null;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
