package dev.signet.lab.agreement;

import dev.signet.quantize.runtime.Tensor;

/**
 * Reads a mask.
 *
 * @param planar channels before places
 * @param channels 1 or more
 * @param cut where a single channel, or the second of two less the first, begins to belong to it
 */
record MaskReader(boolean planar, int channels, double cut) {
    /** Classes that are told apart. */
    int classes() {
        return Math.max(2, channels);
    }

    /** The class of each place. */
    int[] read(Tensor tensor) {
        Rows rows = rows(tensor, planar, channels);
        int[] classes = new int[rows.rows()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = switch (channels) {
                case 1 -> rows.at(i, 0) > cut ? 1 : 0;
                case 2 -> rows.at(i, 1) > cut + (cut == 0 ? rows.at(i, 0) : 0) ? 1 : 0;
                default -> rows.best(i, 0);
            };
        }
        return classes;
    }

    /** A row for each place. */
    static Rows rows(Tensor tensor, boolean planar, int channels) {
        int places = tensor.values().length / channels;
        return planar
                ? new Rows(tensor.values(), places, channels, 1, places)
                : new Rows(tensor.values(), places, channels, channels, 1);
    }
}
