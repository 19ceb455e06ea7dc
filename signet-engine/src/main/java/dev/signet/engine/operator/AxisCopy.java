package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Copies a tensor whose element {@code (i0, i1, ...)} is the source's element {@code table0[i0] + table1[i1] + ...}, or a
 * fill value where a table says {@link #FILL}. Slices, transpositions, gathers, paddings, repetitions and nearest-neighbour
 * scaling are all of this kind and differ in their tables only.
 */
final class AxisCopy {
    /** In a table: not from the source. */
    static final int FILL = -1;

    private final int[][] outer;
    private final int[] inner;
    private final boolean contiguous;
    private final boolean interleaved;
    private final boolean complete;
    private final Kernels kernels = KernelChoice.kernels();
    private final double fill;

    /**
     * @param tables for each dimension of the result an offset for each index
     * @param fill what is written where a table says {@link #FILL}
     */
    AxisCopy(List<int[]> tables, double fill) {
        List<int[]> merged = merge(tables);
        outer = merged.subList(0, merged.size() - 1).toArray(int[][]::new);
        inner = merged.getLast();
        contiguous = isContiguous(inner);
        interleaved = isInterleaved(inner);
        complete = Arrays.stream(inner).noneMatch(offset -> offset == FILL);
        this.fill = fill;
    }

    /** Table of an axis of {@code size} elements {@code stride} apart. */
    static int[] table(int size, int stride) {
        int[] table = new int[size];
        for (int i = 0; i < size; i++) {
            table[i] = i * stride;
        }
        return table;
    }

    /** Tables that copy a tensor as it is. */
    static List<int[]> identity(Shape shape) {
        List<int[]> tables = new ArrayList<>();
        int[] strides = shape.strides();
        for (int d = 0; d < shape.rank(); d++) {
            tables.add(table(shape.dim(d), strides[d]));
        }
        return tables;
    }

    // Two last dimensions become one as long as the result stays a table of moderate size.
    private static List<int[]> merge(List<int[]> tables) {
        List<int[]> merged = new ArrayList<>(tables);
        if (merged.isEmpty()) {
            merged.add(new int[1]);
        }
        while (merged.size() > 1) {
            int[] last = merged.getLast();
            int[] before = merged.get(merged.size() - 2);
            long size = (long) last.length * before.length;
            if (size > 1 << 16 || (last.length >= 64 && !isContiguous(last))) {
                break;
            }
            int[] both = new int[Math.toIntExact(size)];
            for (int i = 0; i < both.length; i++) {
                int p = before[i / last.length];
                int q = last[i % last.length];
                both[i] = p == FILL || q == FILL ? FILL : p + q;
            }
            if (last.length >= 64 && !isContiguous(both)) {
                break;
            }
            merged.removeLast();
            merged.set(merged.size() - 1, both);
        }
        return merged;
    }

    private static boolean isContiguous(int[] table) {
        for (int i = 0; i < table.length; i++) {
            if (table[i] == FILL || table[i] != table[0] + i) {
                return false;
            }
        }
        return table.length > 0;
    }

    // Elements of two rows in turn, as in DepthToSpace with blocks of 2.
    private static boolean isInterleaved(int[] table) {
        for (int i = 0; i < table.length; i++) {
            if (table[i] == FILL || table[i] != table[i % 2] + i / 2) {
                return false;
            }
        }
        return table.length > 1 && table.length % 2 == 0;
    }

    /** The work. */
    Runnable bind(Tensor source, Tensor target, Workers workers) {
        int rows = 1;
        for (int[] table : outer) {
            rows = Math.multiplyExact(rows, table.length);
        }
        int count = inner.length == 0 ? 0 : rows;
        // Blocks of some thousand elements: smaller ones cost more to hand out than to do.
        int block = Math.max(1, (1 << 14) / Math.max(1, inner.length));
        int blocks = Math.ceilDiv(count, block);
        boolean floats = source.isFloating();
        float[] from = source.floats();
        float[] to = target.floats();
        long[] fromLongs = source.longs();
        long[] toLongs = target.longs();
        Workers.Task task = (piece, worker) -> {
            int end = Math.min(count, (piece + 1) * block);
            for (int row = piece * block; row < end; row++) {
                int base = base(row);
                int at = row * inner.length;
                if (floats) {
                    copy(from, base, to, at);
                } else {
                    copy(fromLongs, base, toLongs, at);
                }
            }
        };
        return () -> workers.run(blocks, task);
    }

    private int base(int row) {
        int base = 0;
        int rest = row;
        for (int d = outer.length - 1; d >= 0; d--) {
            int offset = outer[d][rest % outer[d].length];
            if (offset == FILL) {
                return FILL;
            }
            base += offset;
            rest /= outer[d].length;
        }
        return base;
    }

    private void copy(float[] from, int base, float[] to, int at) {
        if (base == FILL) {
            Arrays.fill(to, at, at + inner.length, (float) fill);
        } else if (contiguous) {
            System.arraycopy(from, base + inner[0], to, at, inner.length);
        } else if (interleaved) {
            kernels.interleave(from, base + inner[0], base + inner[1], to, at, inner.length / 2);
        } else if (complete) {
            kernels.arrays().gather(from, base, inner, 0, to, at, inner.length);
        } else {
            for (int i = 0; i < inner.length; i++) {
                to[at + i] = inner[i] == FILL ? (float) fill : from[base + inner[i]];
            }
        }
    }

    private void copy(long[] from, int base, long[] to, int at) {
        if (base == FILL) {
            Arrays.fill(to, at, at + inner.length, (long) fill);
        } else if (contiguous) {
            System.arraycopy(from, base + inner[0], to, at, inner.length);
        } else {
            for (int i = 0; i < inner.length; i++) {
                to[at + i] = inner[i] == FILL ? (long) fill : from[base + inner[i]];
            }
        }
    }
}
