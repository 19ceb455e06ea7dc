package dev.signet.studio;

import dev.signet.quantize.MemoryBudget;

/**
 * What the studio may take.
 *
 * @param threads of a job
 * @param memory of the process
 * @param modelBytes the largest model that is taken from a page
 * @param pictureBytes the largest picture
 */
public record StudioLimits(int threads, MemoryBudget memory, long modelBytes, long pictureBytes) {
    /** Models that are open at a time; with one more the oldest goes. */
    static final int MODELS = 4;

    /** Pictures of a model, those that come with it included. */
    static final int PICTURES = 16;

    /** Versions of a model that are kept. */
    static final int VERSIONS = 64;

    /** Values of a request that is no file. */
    static final int REQUEST_BYTES = 1 << 20;

    /** With what is usual. */
    public StudioLimits(int threads, MemoryBudget memory) {
        this(threads, memory, 1L << 30, 32L << 20);
    }
}
