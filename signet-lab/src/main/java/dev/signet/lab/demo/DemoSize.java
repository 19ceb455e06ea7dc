package dev.signet.lab.demo;

import java.util.List;

/**
 * How much the demo does.
 *
 * @param bits numbers of bits
 * @param figures held-out figures to classify
 * @param scenes held-out scenes to enlarge and to paint
 * @param shown of how many scenes the report shows the results
 * @param figureSamples images without data to look at the classifier's layers with
 * @param sceneSamples images without data to look at the other networks' layers with
 */
public record DemoSize(List<Integer> bits, int figures, int scenes, int shown, int figureSamples, int sceneSamples) {
    /** All of it, in less than a minute on two cores. */
    public static final DemoSize FULL = new DemoSize(List.of(2, 3, 4), 2000, 8, 3, 512, 48);

    /** A check that all works. */
    public static final DemoSize BRIEF = new DemoSize(List.of(2), 100, 1, 1, 32, 4);
}
