package dev.signet.quantize.sample;

/**
 * How many samples a network is looked at with at the most, and how many of them go through it at once.
 *
 * @param most samples altogether
 * @param perChunk samples in a tensor, where the network leaves its batch open
 */
public record SampleLimit(int most, int perChunk) {
    /** No limit but that of the drawings that are held at once. */
    public static final SampleLimit NONE = new SampleLimit(Integer.MAX_VALUE, 64);

    /** One sample, to find out what it takes. */
    public static final SampleLimit ONE = new SampleLimit(1, 1);
}
