package dev.signet.onnx.rewrite;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a quantized model came from, as entries of the model's {@code metadata_props}. Entries that the model has already are
 * kept, unless they have the same key.
 *
 * <p>The rewriter itself adds {@code signet.format} and {@code signet.bits}: those of each quantized weight, in the order in which
 * the model stored them.
 *
 * @param entries keys (all starting with {@link #PREFIX}) and values; written in the order of the keys
 */
public record Provenance(SortedMap<String, String> entries) {
    /** What all keys start with. */
    public static final String PREFIX = "signet.";
    /** The version of Signet that wrote the file. */
    public static final String VERSION = PREFIX + "version";
    /** The options that it was given. */
    public static final String OPTIONS = PREFIX + "options";
    /** SHA-256 of the model that was quantized, in hexadecimal. */
    public static final String SOURCE = PREFIX + "source.sha256";

    static final String FORMAT = PREFIX + "format";
    static final String BITS = PREFIX + "bits";

    /** @throws IllegalArgumentException if a key does not start with {@link #PREFIX} */
    public Provenance {
        for (String key : entries.keySet()) {
            if (!key.startsWith(PREFIX)) {
                throw new IllegalArgumentException("a provenance key must start with " + PREFIX + ": " + key);
            }
        }
    }

    /** Entries in any order. */
    public static Provenance of(Map<String, String> entries) {
        return new Provenance(new TreeMap<>(entries));
    }
}
