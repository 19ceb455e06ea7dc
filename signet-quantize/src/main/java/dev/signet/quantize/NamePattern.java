package dev.signet.quantize;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A glob over names of tensors and nodes: {@code *} stands for any characters (dots and slashes too), {@code ?} for one; the
 * rest for itself.
 */
public final class NamePattern {
    private final String glob;
    private final Pattern pattern;

    /** A pattern; any text is one. */
    public NamePattern(String glob) {
        this.glob = glob;
        var regex = new StringBuilder();
        for (String literal : glob.splitWithDelimiters("[*?]+", 0)) {
            if (literal.isEmpty()) {
                continue;
            }
            if (literal.charAt(0) == '*' || literal.charAt(0) == '?') {
                // A run of stars is one star: "****" must not make the matcher backtrack without end.
                regex.append(
                        ".".repeat((int) literal.chars().filter(c -> c == '?').count()));
                regex.append(literal.indexOf('*') >= 0 ? ".*" : "");
            } else {
                regex.append(Pattern.quote(literal));
            }
        }
        this.pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    /** Whether one of the names matches. */
    public boolean matches(Collection<String> names) {
        return names.stream().anyMatch(name -> pattern.matcher(name).matches());
    }

    /** The name that is most like the pattern, by edit distance. */
    public Optional<String> closest(Collection<String> names) {
        String plain = glob.replaceAll("[*?]", "");
        return names.stream()
                .min(Comparator.comparingInt((String name) -> distance(plain, name))
                        .thenComparing(name -> name));
    }

    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitute, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }

    @Override
    public String toString() {
        return glob;
    }
}
