package dev.signet.quantize;

import dev.signet.quantize.sample.SampleLimit;
import dev.signet.quantize.walk.NetworkSurvey;
import java.util.Locale;

/**
 * What a run will take, and how many samples it therefore looks at: as many as fit into the memory and the time.
 *
 * @param limit of the samples
 * @param base bytes that are taken whatever the samples, about
 * @param perSample bytes that one more sample takes
 * @param products multiplications of its layers
 */
record WorkPlan(SampleLimit limit, long base, long perSample, long products) {
    /** Both streams of a walk hold the tensors between nodes, and a layer's outputs are there once more while they are corrected. */
    private static final int STREAMS = 2;

    /** Multiplications that the samples may cost together: seconds on two cores. Larger models may take longer. */
    private static final long PRODUCTS = 150_000_000_000L;

    private static final long PRODUCTS_PER_BYTE = 2_000;

    /** Fewer samples than this are no picture of what goes through a network, however long they take. */
    private static final int LEAST_SAMPLES = 4;

    /** What two cores do, about: for people only. */
    private static final double PRODUCTS_PER_SECOND = 1e10;

    private static final double BYTES_PER_SECOND = 3e8;

    /** The most that tensors of one chunk take in Java's heap. */
    private static final long CHUNK_BYTES = 32 << 20;

    /** Copies of a chunk's tensors in the heap: what goes in, what comes out, both sides of a residual connection. */
    private static final int CHUNK_COPIES = 6;

    /**
     * Plans a run.
     *
     * @param survey of a walk on {@code batch} samples
     * @param modelBytes of the model's file
     */
    static WorkPlan of(NetworkSurvey survey, int batch, long modelBytes, MemoryBudget budget) {
        long perSample = (STREAMS * survey.liveBytes() + survey.largestBytes() + 2 * survey.inputBytes()) / batch + 1;
        // A node's session holds its constants, the largest of which are the weights; the file is opened beside the
        // samples.
        long room = budget.tensors() - 2 * modelBytes;
        long byMemory = room / perSample;
        long affordable = (PRODUCTS + PRODUCTS_PER_BYTE * modelBytes) / (survey.products() / batch + 1);
        int samples = Math.clamp(Math.min(byMemory, Math.max(LEAST_SAMPLES, affordable)), 0, Integer.MAX_VALUE);
        long chunkRoom = Math.min(CHUNK_BYTES, budget.heap() / (4 * CHUNK_COPIES));
        int perChunk = Math.clamp(chunkRoom * batch / (survey.largestBytes() + 1), 1, 64);
        return new WorkPlan(
                new SampleLimit(samples, perChunk),
                budget.bytes() - budget.tensors() + modelBytes,
                perSample,
                survey.products() / batch);
    }

    /** What to say where even one chunk of samples has no room. */
    String tooMuch() {
        return String.format(
                Locale.ROOT,
                "not even one sample goes through its layers within %d MB more than the %d MB that it takes anyway",
                perSample / 1_000_000,
                base / 1_000_000);
    }

    /**
     * For people.
     *
     * @param samples how many are taken
     * @param batch how many the survey walked through the network, in {@code seconds}
     */
    String text(int samples, int batch, double seconds) {
        // Nodes are opened for both streams; then there is what layers multiply, and what goes through memory besides.
        double about = 2 + 2 * seconds + samples * (products / PRODUCTS_PER_SECOND + perSample / BYTES_PER_SECOND);
        return String.format(
                Locale.ROOT,
                "about %.0f s, %d MB (%d samples, %d of them at once)",
                about,
                Math.round((base + samples * perSample) / 1e7) * 10,
                samples,
                Math.max(batch, Math.min(samples, limit.perChunk())));
    }
}
