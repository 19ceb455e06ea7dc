package dev.signet.quantize;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * A glob over names of tensors and nodes: {@code *} stands for any characters (dots and slashes too), {@code ?} for one; the
 * rest for itself.
 */
public final class NamePattern {
    /** Of two names: the table of their edit distance has the product of their lengths. */
    private static final int LONGEST_COMPARED = 200;

    private final String glob;

    /** A pattern; any text is one. */
    public NamePattern(String glob) {
        this.glob = glob;
    }

    /** Whether one of the names matches. */
    public boolean matches(Collection<String> names) {
        return names.stream().anyMatch(this::matches);
    }

    /**
     * Goes through glob and name together; where they differ, the last star takes one character more. An earlier star need not be
     * tried again: what it could gain, the last one gains too. So the time is at most the product of the lengths, and linear in
     * the name's for what globs are like.
     */
    private boolean matches(String name) {
        int g = 0;
        int n = 0;
        int star = -1;
        int taken = 0;
        while (n < name.length()) {
            if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                taken = n;
            } else if (g < glob.length() && (glob.charAt(g) == '?' || glob.charAt(g) == name.charAt(n))) {
                g++;
                n++;
            } else if (star >= 0) {
                g = star + 1;
                n = ++taken;
            } else {
                return false;
            }
        }
        return glob.substring(g).chars().allMatch(c -> c == '*');
    }

    /** The name that is most like the pattern, by edit distance. */
    public Optional<String> closest(Collection<String> names) {
        String plain = shortened(glob.replaceAll("[*?]", ""));
        return names.stream()
                .min(Comparator.comparingInt((String name) -> distance(plain, shortened(name)))
                        .thenComparing(name -> name));
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST_COMPARED ? name : name.substring(0, LONGEST_COMPARED);
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
