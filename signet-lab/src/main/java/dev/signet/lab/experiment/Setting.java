package dev.signet.lab.experiment;

import dev.signet.core.Grouping;
import dev.signet.lab.pipeline.Importance;
import java.util.ArrayList;
import java.util.List;

/**
 * One way to quantize a model.
 *
 * @param bits sign planes, or bits of a code, 1..8
 * @param scheme the method
 * @param importance the heat map; without effect where the method takes none
 * @param group which weights share coefficients; baselines have one scale for each filter
 * @param seed of the samples
 */
public record Setting(int bits, Scheme scheme, Importance importance, Grouping group, long seed) {
    /** All combinations, the seeds changing fastest. */
    public static List<Setting> all(
            List<Integer> bits,
            List<Scheme> schemes,
            List<Importance> importances,
            List<Grouping> groups,
            List<Long> seeds) {
        List<Setting> settings = new ArrayList<>();
        for (Scheme scheme : schemes) {
            for (Importance importance : importances) {
                for (Grouping group : groups) {
                    for (int b : bits) {
                        for (long seed : seeds) {
                            settings.add(new Setting(b, scheme, importance, group, seed));
                        }
                    }
                }
            }
        }
        return settings;
    }

    /** The setting without what makes no difference: equal for settings that give the same result. */
    Setting essence() {
        return new Setting(
                bits,
                scheme,
                scheme.takesHeatMap() ? importance : new Importance.Uniform(),
                scheme instanceof Scheme.Own ? group : new Grouping.Filter(),
                scheme.takesSamples() ? seed : 0);
    }
}
