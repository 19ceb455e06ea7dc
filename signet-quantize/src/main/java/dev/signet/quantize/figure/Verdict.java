package dev.signet.quantize.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run warns of, with the option that helps. */
public final class Verdict {
    /** Below this the difference is a third of the signal: boxes, masks and words get lost. */
    private static final double POOR = 10;

    /** A layer whose noise is so much above the next one's carries most of the damage. */
    private static final double ALONE = 6;

    private Verdict() {}

    /**
     * Warnings.
     *
     * @param figures of the outputs
     * @param layers for each weight the signal to noise ratio of its layer, in dB
     */
    public static List<String> warnings(List<OutputFigure> figures, Map<String, Double> layers) {
        List<String> warnings = new ArrayList<>();
        for (OutputFigure figure : figures) {
            switch (figure.state()) {
                case BROKEN ->
                    warnings.add("output '%s' has values that are not finite; give more --bits, or --exclude"
                            .formatted(figure.name()));
                case DEAD ->
                    warnings.add(
                            "output '%s' hardly varies any more: the network is destroyed; give more --bits, or the range of its"
                                            .formatted(figure.name())
                                    + " inputs with --input-range");
                case ALIVE -> {
                    if (figure.snr() < POOR) {
                        warnings.add(String.format(
                                Locale.ROOT,
                                "output '%s' is only %.1f dB above the noise of quantization; give more --bits, --min-snr, or"
                                        + " inputs of its kind with --calibrate",
                                figure.name(),
                                figure.snr()));
                    }
                }
                case SILENT -> {
                    // Nothing is known.
                }
            }
        }
        weakest(layers, warnings);
        return warnings;
    }

    private static void weakest(Map<String, Double> layers, List<String> warnings) {
        List<Map.Entry<String, Double>> sorted =
                layers.entrySet().stream().sorted(Map.Entry.comparingByValue()).toList();
        if (sorted.size() > 1 && sorted.get(0).getValue() < POOR) {
            Map.Entry<String, Double> worst = sorted.get(0);
            if (sorted.get(1).getValue() - worst.getValue() > ALONE) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "weight '%s' carries most of the damage (%.1f dB); give it more bits: --bits '%s=8,*=...'",
                        worst.getKey(),
                        worst.getValue(),
                        worst.getKey()));
            }
        }
    }
}
