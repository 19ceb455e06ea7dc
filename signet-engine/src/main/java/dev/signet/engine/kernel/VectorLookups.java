package dev.signet.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API twin. An int of a table has the bytes of four columns, L apart; a byte is the sum in steps plus 128. Sums are kept in
 * two vectors: A, of the ints taken as two 16-bit numbers each, and H, of the same shifted by a byte. Both wrap, and the four sums
 * follow from the highest byte down: {@link #finish}.
 *
 * <p>C2 would unroll loops that count until the vectors no longer fit the registers: inner loops here do not count.
 */
final class VectorLookups implements LookupKernels {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final VectorSpecies<Short> S = VectorSpecies.of(short.class, F.vectorShape());
    private static final int L = F.length();

    // Columns of the four bytes of an int.
    private static final int Q1 = L;
    private static final int Q2 = 2 * L;
    private static final int Q3 = 3 * L;
    private static final int N = 4 * L;

    private static final int ROWS = SlabKernels.ROWS;
    private static final int ENTRIES = SlabKernels.ENTRIES;
    private static final int TABLE = ENTRIES * L;

    // A step is so many units while four inputs are added up; adding this number
    // leaves a float's units in its lowest 16 bits.
    private static final int UNITS = 1 << Byte.SIZE;
    private static final float TO_UNITS = 3 << 22;

    // 128 steps, and half of one for rounding.
    private static final short MIDDLE = (short) ((1 << 15) + UNITS / 2);
    private static final int BIAS = 128;

    private static final int HIGH_BYTES = 0xff00_ff00;
    private static final int LOW_HALF = 0xffff;

    @Override
    public int columns() {
        return N;
    }

    @Override
    public int tableFloats() {
        return TABLE;
    }

    @Override
    public int sumFloats() {
        return 2 * L;
    }

    @Override
    public void ranges(
            int groups, float[] b, int[] offsets, int first, int base, boolean goOn, float[] ranges, int at) {
        for (int q = 0; q < N; q += L) {
            quarter(groups, b, offsets, first, base + q, goOn, ranges, at + q);
        }
    }

    private static void quarter(
            int groups, float[] b, int[] offsets, int first, int base, boolean goOn, float[] ranges, int at) {
        FloatVector total = goOn ? FloatVector.fromArray(F, ranges, at) : FloatVector.zero(F);
        // Positive floats are in the order of their bits, NaN the last; the maximum of ints is one instruction.
        IntVector largest = (goOn ? FloatVector.fromArray(F, ranges, at + N) : FloatVector.zero(F)).reinterpretAsInts();
        for (int g = 0; g < groups; g++) {
            int k = first + 4 * g;
            FloatVector x0 = FloatVector.fromArray(F, b, offsets[k] + base);
            FloatVector x1 = FloatVector.fromArray(F, b, offsets[k + 1] + base);
            FloatVector x2 = FloatVector.fromArray(F, b, offsets[k + 2] + base);
            FloatVector x3 = FloatVector.fromArray(F, b, offsets[k + 3] + base);
            total = total.add(x0.add(x1).add(x2.add(x3)));
            FloatVector size = x0.abs().add(x1.abs()).add(x2.abs().add(x3.abs()));
            largest = largest.max(size.reinterpretAsInts());
        }
        total.intoArray(ranges, at);
        largest.reinterpretAsFloats().intoArray(ranges, at + N);
    }

    @Override
    public void steps(float[] ranges, int at) {
        for (int n = at; n < at + N; n++) {
            float largest = ranges[N + n];
            ranges[N + n] = largest / LEVELS;
            ranges[2 * N + n] = largest > Float.MIN_NORMAL ? LEVELS * UNITS / largest : 0;
        }
    }

    @Override
    public void tables(
            int groups,
            float[] b,
            int[] offsets,
            int first,
            int base,
            float[] ranges,
            int rangesAt,
            float[] tables,
            int tablesAt) {
        int work = tablesAt + groups * TABLE;
        int inverse = rangesAt + 2 * N;
        for (int g = 0; g < groups; g++) {
            int k = first + 4 * g;
            int r0 = offsets[k] + base;
            int r1 = offsets[k + 1] + base;
            int r2 = offsets[k + 2] + base;
            int r3 = offsets[k + 3] + base;
            pairs(b, r0, r1, ranges, inverse, true, tables, work);
            pairs(b, r0 + Q1, r1 + Q1, ranges, inverse + Q1, true, tables, work + Q1);
            pairs(b, r2, r3, ranges, inverse, false, tables, work + 8 * L);
            pairs(b, r2 + Q1, r3 + Q1, ranges, inverse + Q1, false, tables, work + 8 * L + Q1);
            entries(tables, work, tablesAt + g * TABLE);
        }
    }

    /**
     * The four sums of two rows in units, for columns 0 to L - 1 in the low halves of the ints and columns 2 L to 3 L - 1 in the high
     * ones: at {@code to}, 2 L further, ...
     */
    private static void pairs(
            float[] b, int r0, int r1, float[] ranges, int inverse, boolean centred, float[] to, int at) {
        FloatVector low = FloatVector.fromArray(F, ranges, inverse);
        FloatVector high = FloatVector.fromArray(F, ranges, inverse + Q2);
        FloatVector magic = FloatVector.broadcast(F, TO_UNITS);
        IntVector halves = IntVector.broadcast(I, LOW_HALF);
        ShortVector x0 = FloatVector.fromArray(F, b, r0 + Q2)
                .fma(high, magic)
                .reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, Short.SIZE)
                .lanewise(
                        VectorOperators.BITWISE_BLEND,
                        FloatVector.fromArray(F, b, r0).fma(low, magic).reinterpretAsInts(),
                        halves)
                .reinterpretAsShorts();
        ShortVector x1 = FloatVector.fromArray(F, b, r1 + Q2)
                .fma(high, magic)
                .reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, Short.SIZE)
                .lanewise(
                        VectorOperators.BITWISE_BLEND,
                        FloatVector.fromArray(F, b, r1).fma(low, magic).reinterpretAsInts(),
                        halves)
                .reinterpretAsShorts();
        ShortVector middle = ShortVector.broadcast(S, centred ? MIDDLE : 0);
        ShortVector both = x0.add(x1);
        ShortVector one = x0.sub(x1);
        middle.sub(both).reinterpretAsFloats().intoArray(to, at);
        middle.add(one).reinterpretAsFloats().intoArray(to, at + Q2);
        middle.sub(one).reinterpretAsFloats().intoArray(to, at + 2 * Q2);
        middle.add(both).reinterpretAsFloats().intoArray(to, at + 3 * Q2);
    }

    // Sums of two and two rows, of which the upper bytes are the entries.
    private static void entries(float[] tables, int work, int at) {
        ShortVector even0 = FloatVector.fromArray(F, tables, work).reinterpretAsShorts();
        ShortVector odd0 = FloatVector.fromArray(F, tables, work + L).reinterpretAsShorts();
        ShortVector even1 = FloatVector.fromArray(F, tables, work + Q2).reinterpretAsShorts();
        ShortVector odd1 = FloatVector.fromArray(F, tables, work + Q2 + L).reinterpretAsShorts();
        ShortVector even2 = FloatVector.fromArray(F, tables, work + 2 * Q2).reinterpretAsShorts();
        ShortVector odd2 = FloatVector.fromArray(F, tables, work + 2 * Q2 + L).reinterpretAsShorts();
        ShortVector even3 = FloatVector.fromArray(F, tables, work + 3 * Q2).reinterpretAsShorts();
        ShortVector odd3 = FloatVector.fromArray(F, tables, work + 3 * Q2 + L).reinterpretAsShorts();
        IntVector highBytes = IntVector.broadcast(I, HIGH_BYTES);
        int upper = work + 8 * L;
        int to = at;
        do {
            ShortVector even = FloatVector.fromArray(F, tables, upper).reinterpretAsShorts();
            ShortVector odd = FloatVector.fromArray(F, tables, upper + L).reinterpretAsShorts();
            even.add(even0)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.LSHR, Byte.SIZE)
                    .lanewise(VectorOperators.BITWISE_BLEND, odd.add(odd0).reinterpretAsInts(), highBytes)
                    .reinterpretAsFloats()
                    .intoArray(tables, to);
            even.add(even1)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.LSHR, Byte.SIZE)
                    .lanewise(VectorOperators.BITWISE_BLEND, odd.add(odd1).reinterpretAsInts(), highBytes)
                    .reinterpretAsFloats()
                    .intoArray(tables, to + L);
            even.add(even2)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.LSHR, Byte.SIZE)
                    .lanewise(VectorOperators.BITWISE_BLEND, odd.add(odd2).reinterpretAsInts(), highBytes)
                    .reinterpretAsFloats()
                    .intoArray(tables, to + 2 * L);
            even.add(even3)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.LSHR, Byte.SIZE)
                    .lanewise(VectorOperators.BITWISE_BLEND, odd.add(odd3).reinterpretAsInts(), highBytes)
                    .reinterpretAsFloats()
                    .intoArray(tables, to + 3 * L);
            upper += Q2;
            to += 4 * L;
        } while (to != at + TABLE);
    }

    @Override
    public void lookUp(
            int planes,
            int words,
            int[] codes,
            int at,
            int planeStride,
            float[] tables,
            int tablesAt,
            boolean goOn,
            float[] sums,
            int sumsAt) {
        for (int p = 0; p < planes; p++) {
            plane(words, codes, at + p * planeStride, tables, tablesAt, goOn, sums, sumsAt + p * ROWS * 2 * L);
        }
    }

    private static void plane(
            int words, int[] codes, int at, float[] tables, int tablesAt, boolean goOn, float[] sums, int sumsAt) {
        int end = tablesAt + words * 8 * TABLE;
        for (int r = 0; r < ROWS; r++) {
            int to = sumsAt + r * 2 * L;
            ShortVector a = (goOn ? FloatVector.fromArray(F, sums, to) : FloatVector.zero(F)).reinterpretAsShorts();
            ShortVector h = (goOn ? FloatVector.fromArray(F, sums, to + L) : FloatVector.zero(F)).reinterpretAsShorts();
            int word = at + r;
            int t = tablesAt;
            do {
                int c = codes[word];
                IntVector v0 =
                        FloatVector.fromArray(F, tables, t + (c & 15) * L).reinterpretAsInts();
                IntVector v1 = FloatVector.fromArray(F, tables, t + TABLE + (c >>> 4 & 15) * L)
                        .reinterpretAsInts();
                IntVector v2 = FloatVector.fromArray(F, tables, t + 2 * TABLE + (c >>> 8 & 15) * L)
                        .reinterpretAsInts();
                IntVector v3 = FloatVector.fromArray(F, tables, t + 3 * TABLE + (c >>> 12 & 15) * L)
                        .reinterpretAsInts();
                a = a.add(v0.reinterpretAsShorts())
                        .add(v1.reinterpretAsShorts())
                        .add(v2.reinterpretAsShorts())
                        .add(v3.reinterpretAsShorts());
                h = h.add(v0.lanewise(VectorOperators.LSHR, 8).reinterpretAsShorts())
                        .add(v1.lanewise(VectorOperators.LSHR, 8).reinterpretAsShorts())
                        .add(v2.lanewise(VectorOperators.LSHR, 8).reinterpretAsShorts())
                        .add(v3.lanewise(VectorOperators.LSHR, 8).reinterpretAsShorts());
                v0 = FloatVector.fromArray(F, tables, t + 4 * TABLE + (c >>> 16 & 15) * L)
                        .reinterpretAsInts();
                v1 = FloatVector.fromArray(F, tables, t + 5 * TABLE + (c >>> 20 & 15) * L)
                        .reinterpretAsInts();
                v2 = FloatVector.fromArray(F, tables, t + 6 * TABLE + (c >>> 24 & 15) * L)
                        .reinterpretAsInts();
                v3 = FloatVector.fromArray(F, tables, t + 7 * TABLE + (c >>> 28) * L)
                        .reinterpretAsInts();
                a = a.add(v0.reinterpretAsShorts())
                        .add(v1.reinterpretAsShorts())
                        .add(v2.reinterpretAsShorts())
                        .add(v3.reinterpretAsShorts());
                h = h.add(v0.lanewise(VectorOperators.LSHR, 8).reinterpretAsShorts())
                        .add(v1.lanewise(VectorOperators.LSHR, 8).reinterpretAsShorts())
                        .add(v2.lanewise(VectorOperators.LSHR, 8).reinterpretAsShorts())
                        .add(v3.lanewise(VectorOperators.LSHR, 8).reinterpretAsShorts());
                word += ROWS;
                t += 8 * TABLE;
            } while (t != end);
            a.reinterpretAsFloats().intoArray(sums, to);
            h.reinterpretAsFloats().intoArray(sums, to + L);
        }
    }

    @Override
    public void finish(
            int rows,
            int planes,
            int groups,
            float[] numbers,
            int numbersAt,
            float[] ranges,
            int rangesAt,
            float[] sums,
            int sumsAt,
            boolean goOn,
            float[] c,
            int cAt,
            int cStride) {
        for (int r = 0; r < rows; r++) {
            int to = cAt + r * cStride;
            row(
                    planes,
                    -BIAS * groups,
                    numbers,
                    numbersAt + r,
                    ranges,
                    rangesAt,
                    sums,
                    sumsAt + r * 2 * L,
                    goOn,
                    c,
                    to);
        }
    }

    private static void row(
            int planes,
            int bias,
            float[] numbers,
            int numbersAt,
            float[] ranges,
            int rangesAt,
            float[] sums,
            int sumsAt,
            boolean goOn,
            float[] c,
            int to) {
        float all = 0;
        for (int p = 0; p < planes; p++) {
            all += numbers[numbersAt + p * ROWS];
        }
        FloatVector y0 = FloatVector.broadcast(F, bias * all);
        FloatVector y1 = y0;
        FloatVector y2 = y0;
        FloatVector y3 = y0;
        int number = numbersAt;
        int from = sumsAt;
        int end = sumsAt + planes * ROWS * 2 * L;
        do {
            IntVector a = FloatVector.fromArray(F, sums, from).reinterpretAsInts();
            IntVector h = FloatVector.fromArray(F, sums, from + L).reinterpretAsInts();
            FloatVector coefficient = FloatVector.broadcast(F, numbers[number]);
            IntVector s3 = h.lanewise(VectorOperators.LSHR, Short.SIZE);
            IntVector s2 = a.lanewise(VectorOperators.LSHR, Short.SIZE)
                    .sub(s3.lanewise(VectorOperators.LSHL, Byte.SIZE))
                    .and(LOW_HALF);
            IntVector s1 = h.sub(s2.lanewise(VectorOperators.LSHL, Byte.SIZE)).and(LOW_HALF);
            IntVector s0 = a.sub(s1.lanewise(VectorOperators.LSHL, Byte.SIZE)).and(LOW_HALF);
            y0 = ((FloatVector) s0.convert(VectorOperators.I2F, 0)).fma(coefficient, y0);
            y1 = ((FloatVector) s1.convert(VectorOperators.I2F, 0)).fma(coefficient, y1);
            y2 = ((FloatVector) s2.convert(VectorOperators.I2F, 0)).fma(coefficient, y2);
            y3 = ((FloatVector) s3.convert(VectorOperators.I2F, 0)).fma(coefficient, y3);
            number += ROWS;
            from += ROWS * 2 * L;
        } while (from != end);
        int step = rangesAt + N;
        y0 = y0.mul(FloatVector.fromArray(F, ranges, step));
        y1 = y1.mul(FloatVector.fromArray(F, ranges, step + Q1));
        y2 = y2.mul(FloatVector.fromArray(F, ranges, step + Q2));
        y3 = y3.mul(FloatVector.fromArray(F, ranges, step + Q3));
        FloatVector z = FloatVector.broadcast(F, numbers[numbersAt + planes * ROWS]);
        y0 = FloatVector.fromArray(F, ranges, rangesAt).fma(z, y0);
        y1 = FloatVector.fromArray(F, ranges, rangesAt + Q1).fma(z, y1);
        y2 = FloatVector.fromArray(F, ranges, rangesAt + Q2).fma(z, y2);
        y3 = FloatVector.fromArray(F, ranges, rangesAt + Q3).fma(z, y3);
        if (goOn) {
            y0 = y0.add(FloatVector.fromArray(F, c, to));
            y1 = y1.add(FloatVector.fromArray(F, c, to + Q1));
            y2 = y2.add(FloatVector.fromArray(F, c, to + Q2));
            y3 = y3.add(FloatVector.fromArray(F, c, to + Q3));
        }
        y0.intoArray(c, to);
        y1.intoArray(c, to + Q1);
        y2.intoArray(c, to + Q2);
        y3.intoArray(c, to + Q3);
    }
}
