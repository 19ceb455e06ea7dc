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
 * @param work of one sample in a walk, in multiplications
 * @param runs how often the whole network may be run on one sample beside the walks
 * @param overhead seconds of a walk whatever the samples, about
 */
record WorkPlan(SampleLimit limit, long base, long perSample, long work, long runs, double overhead) {
    /** Both streams of a walk hold the tensors between nodes, and a layer's outputs are there once more while they are corrected. */
    private static final int STREAMS = 2;

    /** A byte that goes from node to node takes as long as so many multiplications. */
    private static final long WORK_PER_BYTE = 40;

    /** The same where a whole network runs at once. */
    private static final long RUN_PER_BYTE = 10;

    /** What the samples of one walk may cost together: seconds on two cores. Larger models may take longer. */
    private static final long WORK = 150_000_000_000L;

    private static final long WORK_PER_MODEL_BYTE = 3_500;

    /** Runs of the whole network may cost so many times as much: they are faster than a walk. */
    private static final long RUNS = 6;

    /** Fewer samples than this are no picture of what goes through a network, however long they take. */
    private static final int LEAST_SAMPLES = 2;

    /** What two cores do, statistics and solver included, about: for people only. */
    private static final double WORK_PER_SECOND = 2e10;

    /** The most that tensors of one chunk take in Java's heap. */
    private static final long CHUNK_BYTES = 32 << 20;

    /** Copies of a chunk's tensors in the heap: what goes in, what comes out, both sides of a residual connection. */
    private static final int CHUNK_COPIES = 6;

    /**
     * Plans a run.
     *
     * @param survey of a walk on {@code batch} samples
     * @param seconds that it took
     * @param modelBytes of the model's file
     */
    static WorkPlan of(NetworkSurvey survey, int batch, double seconds, long modelBytes, MemoryBudget budget) {
        long perSample = (STREAMS * survey.liveBytes() + survey.largestBytes() + 2 * survey.inputBytes()) / batch + 1;
        // A node's session holds its constants, the largest of which are the weights; the file is opened beside the
        // samples.
        long room = budget.tensors() - 2 * modelBytes;
        long byMemory = room / perSample;
        long work = (survey.products() + WORK_PER_BYTE * survey.passedBytes()) / batch + 1;
        long all = WORK + WORK_PER_MODEL_BYTE * modelBytes;
        long affordable = all / work;
        long runs = RUNS * all / ((survey.products() + RUN_PER_BYTE * survey.passedBytes()) / batch + 1);
        int samples = Math.clamp(Math.min(byMemory, Math.max(LEAST_SAMPLES, affordable)), 0, Integer.MAX_VALUE);
        long chunkRoom = Math.min(CHUNK_BYTES, budget.heap() / (4 * CHUNK_COPIES));
        int perChunk = Math.clamp(chunkRoom * batch / (survey.largestBytes() + 1), 1, 64);
        return new WorkPlan(
                new SampleLimit(samples, perChunk),
                budget.bytes() - budget.tensors() + modelBytes,
                perSample,
                work,
                runs,
                seconds);
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
     * @param walks through the network: where bits are searched for, there are several
     */
    String text(int samples, int walks) {
        // Nodes are opened for both streams; then there is what layers multiply, and what goes from node to node.
        double about = 2 + walks * (2 * overhead + samples * (work / WORK_PER_SECOND));
        return String.format(
                Locale.ROOT,
                "about %.0f s, %d MB (%d samples)",
                about,
                Math.round((base + samples * perSample) / 1e7) * 10,
                samples);
    }
}
