package dev.signet.lab.experiment;

import dev.signet.core.Grouping;
import dev.signet.quantize.solve.Importance;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way to quantize a model.
 *
 * @param bits sign planes, or bits of a code, 1..8
 * @param scheme the method
 * @param importance the heat map, without effect where the method takes none; null where nothing was said of it
 * @param group which weights share coefficients; baselines have one scale for each filter
 * @param seed of the samples
 */
public record Setting(int bits, Scheme scheme, @Nullable Importance importance, Grouping group, long seed) {
    /** All combinations, the seeds changing fastest. */
    public static List<Setting> all(List<Integer> bits, List<Way> ways, List<Long> seeds) {
        List<Setting> settings = new ArrayList<>();
        for (Way way : ways) {
            for (int b : bits) {
                for (long seed : seeds) {
                    settings.add(new Setting(b, way.scheme(), way.importance(), way.group(), seed));
                }
            }
        }
        return settings;
    }

    /** The setting but for bits and seed. */
    public Way way() {
        return new Way(scheme, importance, group);
    }

    /** The setting without what makes no difference: equal for settings that give the same result. */
    Setting essence() {
        return new Setting(
                bits,
                scheme,
                scheme.takesHeatMap() ? importance : null,
                scheme instanceof Scheme.Own ? group : new Grouping.Filter(),
                scheme.takesSamples() ? seed : 0);
    }
}
