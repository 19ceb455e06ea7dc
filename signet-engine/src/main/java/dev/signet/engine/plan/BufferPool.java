package dev.signet.engine.plan;

import java.util.ArrayList;
import java.util.List;

/** Buffers that are handed out, given back and handed out again; each grows to the largest size it was ever asked for. */
final class BufferPool {
    private final List<Integer> sizes = new ArrayList<>();
    private final List<Integer> free = new ArrayList<>();

    /** A free buffer of at least {@code size} elements: the smallest that fits, else the largest, enlarged. */
    int take(int size) {
        int best = -1;
        for (int buffer : free) {
            if (best < 0 || isBetter(sizes.get(buffer), sizes.get(best), size)) {
                best = buffer;
            }
        }
        if (best < 0) {
            sizes.add(size);
            return sizes.size() - 1;
        }
        free.remove(Integer.valueOf(best));
        sizes.set(best, Math.max(sizes.get(best), size));
        return best;
    }

    private static boolean isBetter(int candidate, int best, int size) {
        boolean fits = candidate >= size;
        return best >= size ? fits && candidate < best : fits || candidate > best;
    }

    /** Ends the use of {@code buffer}. */
    void giveBack(int buffer) {
        free.add(buffer);
    }

    /** Elements of each buffer. */
    int[] sizes() {
        return sizes.stream().mapToInt(Integer::intValue).toArray();
    }
}
