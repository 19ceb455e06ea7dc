package dev.signet.core;

import java.util.Locale;

/** How sign planes and coefficients are found. */
public enum Method {
    /** One plane after the other, each fitted to what the earlier ones leave (Guo et al. 2017). */
    GREEDY,
    /** Greedy, with all coefficients refitted after each plane (Guo et al. 2017). */
    REFINED,
    /** Coefficients and codes in turn until neither changes (Xu et al. 2018), from several starts; exact for 1 and 2 bits. */
    ALTERNATING,
    /** Minimizes the error of the layer's output instead of the weights'. */
    OUTPUT_AWARE;

    /** The name on the command line: {@code output-aware}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
