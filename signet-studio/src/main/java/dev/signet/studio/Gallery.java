package dev.signet.studio;

import dev.signet.lab.metric.Fidelity;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pictures of a model, and what it and its versions make of them; each is looked at once. */
final class Gallery {
    /**
     * A picture.
     *
     * @param name what people call it; from anywhere
     * @param picture no larger than what is looked at
     */
    record Shown(String name, Picture picture) {}

    private final int threads;
    private final List<Shown> pictures = new ArrayList<>();
    private final Map<String, List<Sight>> seen = new HashMap<>();

    Gallery(int threads) {
        this.threads = threads;
    }

    synchronized List<Shown> pictures() {
        return List.copyOf(pictures);
    }

    /**
     * Adds a picture.
     *
     * @throws IllegalArgumentException if there are enough
     */
    synchronized void add(String name, Picture picture) {
        if (pictures.size() >= StudioLimits.PICTURES) {
            throw new IllegalArgumentException(StudioLimits.PICTURES + " pictures are shown at most");
        }
        pictures.add(new Shown(name, Looks.shown(picture)));
    }

    /**
     * What a version makes of a picture.
     *
     * @param version its word; every file has one of its own
     * @param file the version's, or the model's own
     * @param index of the picture
     */
    synchronized Sight sight(String version, Path file, int index) {
        List<Sight> sights = seen.computeIfAbsent(version, unseen -> new ArrayList<>());
        if (sights.size() <= index) {
            try (OnnxRuntimeModel model = OnnxRuntimeModel.open(file, threads)) {
                while (sights.size() < pictures.size()) {
                    sights.add(Looks.at(pictures.get(sights.size()).picture(), model));
                }
            }
        }
        return sights.get(index);
    }

    /** Peak signal to noise in dB of what a version drew against what the model did; null where they are no such pictures. */
    static @Nullable Double decibels(Sight original, Sight version) {
        if (!(original instanceof Sight.Drawn(Picture a))
                || !(version instanceof Sight.Drawn(Picture b))
                || a.values().length != b.values().length) {
            return null;
        }
        double sum = 0;
        for (int i = 0; i < a.values().length; i++) {
            double difference = (double) a.values()[i] - b.values()[i];
            sum += difference * difference;
        }
        return new Fidelity(sum / a.values().length, 1).psnr();
    }
}
