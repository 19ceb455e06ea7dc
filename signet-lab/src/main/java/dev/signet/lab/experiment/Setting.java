package dev.signet.lab.experiment;

import java.util.ArrayList;
import java.util.List;

/**
 * One way to quantize a model.
 *
 * @param bits sign planes, or bits of a code, 1..8; of methods that have no choice those that they have
 * @param way how
 * @param seed of the samples
 */
public record Setting(int bits, Way way, long seed) {
    /** A setting; a method that has no choice of bits has its own. */
    public Setting {
        bits = way.scheme().fixedBits() > 0 ? way.scheme().fixedBits() : bits;
    }

    /** All combinations, each once, the seeds changing fastest. */
    public static List<Setting> all(List<Integer> bits, List<Way> ways, List<Long> seeds) {
        List<Setting> settings = new ArrayList<>();
        for (Way way : ways) {
            for (int b : bits) {
                for (long seed : seeds) {
                    settings.add(new Setting(b, way, seed));
                }
            }
        }
        return settings.stream().distinct().toList();
    }

    /** The setting without what makes no difference: equal for settings that give the same result. */
    public Setting essence() {
        return new Setting(bits, way.essence(), way.scheme().takesSamples() ? seed : 0);
    }
}
