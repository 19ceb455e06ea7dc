package dev.signet.lab.builtin;

import java.util.List;

/**
 * How much the demo does.
 *
 * @param bits numbers of bits
 * @param figures held-out figures to classify
 * @param scenes held-out scenes to enlarge and to paint
 * @param samples to look at layers with, 0 for as many as serve
 */
public record DemoSize(List<Integer> bits, int figures, int scenes, int samples) {
    /** All of it, in less than a minute on two cores. */
    public static final DemoSize FULL = new DemoSize(List.of(2, 3, 4), 2000, 8, 0);

    /** A check that all works. */
    public static final DemoSize BRIEF = new DemoSize(List.of(2), 100, 1, 32);
}
