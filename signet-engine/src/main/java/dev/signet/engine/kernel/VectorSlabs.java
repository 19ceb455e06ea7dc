package dev.signet.engine.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API twin: with AVX-512 a table is one register and a lookup one instruction; with AVX2 a table is two registers, and
 * bit 3 of a code chooses between their answers. With shorter vectors the lookups are plain.
 */
final class VectorSlabs implements SlabKernels {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final int L = F.length();

    // Bit 3 of a code, moved to the sign.
    private static final int TOP = Integer.SIZE - INPUTS;

    private static final float[] SIGNS = signs();

    private final ScalarSlabs plain = new ScalarSlabs();

    // A table of bytes is one register for the four tables that the bytes of an int look in, entry after entry.
    private static final boolean BYTES = L == ENTRIES && ProcessorFlags.has("avx512vbmi");
    private static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, F.vectorShape());
    private static final int TABLE_OF_BYTE = 0x3020_1000;
    private static final int LOW_NIBBLES = 0x0f0f_0f0f;
    private static final byte[] BY_TABLE = byTable();

    // Adding this number leaves a float's integer part in its lowest bits; 128 makes it a positive byte.
    private static final float TO_BYTE = (3 << 22) + 128;
    private static final int BIAS = 128;
    private static final int LOW_BYTE = 0xff;
    private static final int LOW_HALF = 0xffff;

    // Ints whose lookups fit 16 bits.
    private static final int MOST_WORDS = 128;

    // For each of the four inputs its sign in each entry.
    private static float[] signs() {
        float[] signs = new float[INPUTS * ENTRIES];
        for (int i = 0; i < signs.length; i++) {
            signs[i] = ((i % ENTRIES >>> (i / ENTRIES)) & 1) != 0 ? 1 : -1;
        }
        return signs;
    }

    @Override
    public void tables(float[] x, int n, float[] tables) {
        int whole = n / INPUTS;
        for (int e = 0; e < ENTRIES; e += L) {
            wholeTables(x, whole, tables, e);
        }
        int count = SlabKernels.tableFloats(n) / ENTRIES;
        for (int g = whole; g < count; g++) {
            for (int e = 0; e < ENTRIES; e++) {
                float sum = 0;
                for (int k = g * INPUTS; k < n; k++) {
                    sum += SIGNS[k % INPUTS * ENTRIES + e] * x[k];
                }
                tables[g * ENTRIES + e] = sum;
            }
        }
    }

    private static void wholeTables(float[] x, int count, float[] tables, int e) {
        FloatVector s0 = FloatVector.fromArray(F, SIGNS, e);
        FloatVector s1 = FloatVector.fromArray(F, SIGNS, ENTRIES + e);
        FloatVector s2 = FloatVector.fromArray(F, SIGNS, 2 * ENTRIES + e);
        FloatVector s3 = FloatVector.fromArray(F, SIGNS, 3 * ENTRIES + e);
        for (int g = 0; g < count; g++) {
            int k = g * INPUTS;
            FloatVector low = s0.mul(x[k]).add(s1.mul(x[k + 1]));
            FloatVector high = s2.mul(x[k + 2]).add(s3.mul(x[k + 3]));
            low.add(high).intoArray(tables, g * ENTRIES + e);
        }
    }

    @Override
    public void tableSums(int count, int words, int[] codes, int at, float[] tables, float[] sums, int sumsAt) {
        if (L == ENTRIES) {
            int size = words * ROWS;
            int j = 0;
            for (; j + 4 <= count; j += 4) {
                sums4(words, codes, at + j * size, tables, sums, sumsAt + j * ROWS);
            }
            for (; j < count; j++) {
                sums1(words, codes, at + j * size, tables, sums, sumsAt + j * ROWS);
            }
        } else if (2 * L == ENTRIES) {
            for (int j = 0; j < count; j++) {
                halves(words, codes, at + j * words * ROWS, tables, sums, sumsAt + j * ROWS);
            }
        } else {
            plain.tableSums(count, words, codes, at, tables, sums, sumsAt);
        }
    }

    private static void sums4(int words, int[] codes, int at, float[] tables, float[] sums, int to) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        int size = words * ROWS;
        for (int w = 0; w < words; w++) {
            int a = at + w * ROWS;
            IntVector c0 = IntVector.fromArray(I, codes, a);
            IntVector c1 = IntVector.fromArray(I, codes, a + size);
            IntVector c2 = IntVector.fromArray(I, codes, a + 2 * size);
            IntVector c3 = IntVector.fromArray(I, codes, a + 3 * size);
            int t = w * (COLUMNS / INPUTS) * ENTRIES;
            for (int i = 0; i < COLUMNS / INPUTS; i++) {
                // selectFrom looks at the low four bits only.
                IntVector table =
                        FloatVector.fromArray(F, tables, t + i * ENTRIES).reinterpretAsInts();
                s0 = s0.add(c0.selectFrom(table).reinterpretAsFloats());
                s1 = s1.add(c1.selectFrom(table).reinterpretAsFloats());
                s2 = s2.add(c2.selectFrom(table).reinterpretAsFloats());
                s3 = s3.add(c3.selectFrom(table).reinterpretAsFloats());
                c0 = c0.lanewise(VectorOperators.LSHR, INPUTS);
                c1 = c1.lanewise(VectorOperators.LSHR, INPUTS);
                c2 = c2.lanewise(VectorOperators.LSHR, INPUTS);
                c3 = c3.lanewise(VectorOperators.LSHR, INPUTS);
            }
        }
        s0.intoArray(sums, to);
        s1.intoArray(sums, to + ROWS);
        s2.intoArray(sums, to + 2 * ROWS);
        s3.intoArray(sums, to + 3 * ROWS);
    }

    private static void sums1(int words, int[] codes, int at, float[] tables, float[] sums, int to) {
        FloatVector s = FloatVector.zero(F);
        for (int w = 0; w < words; w++) {
            IntVector c = IntVector.fromArray(I, codes, at + w * ROWS);
            int t = w * (COLUMNS / INPUTS) * ENTRIES;
            for (int i = 0; i < COLUMNS / INPUTS; i++) {
                IntVector table =
                        FloatVector.fromArray(F, tables, t + i * ENTRIES).reinterpretAsInts();
                s = s.add(c.selectFrom(table).reinterpretAsFloats());
                c = c.lanewise(VectorOperators.LSHR, INPUTS);
            }
        }
        s.intoArray(sums, to);
    }

    // Two vectors are the rows of a slab, and two are a table.
    private static void halves(int words, int[] codes, int at, float[] tables, float[] sums, int to) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        for (int w = 0; w < words; w++) {
            IntVector c0 = IntVector.fromArray(I, codes, at + w * ROWS);
            IntVector c1 = IntVector.fromArray(I, codes, at + w * ROWS + L);
            int t = w * (COLUMNS / INPUTS) * ENTRIES;
            for (int i = 0; i < COLUMNS / INPUTS; i++) {
                IntVector low =
                        FloatVector.fromArray(F, tables, t + i * ENTRIES).reinterpretAsInts();
                IntVector high =
                        FloatVector.fromArray(F, tables, t + i * ENTRIES + L).reinterpretAsInts();
                s0 = s0.add(select(c0, low, high));
                s1 = s1.add(select(c1, low, high));
                c0 = c0.lanewise(VectorOperators.LSHR, INPUTS);
                c1 = c1.lanewise(VectorOperators.LSHR, INPUTS);
            }
        }
        s0.intoArray(sums, to);
        s1.intoArray(sums, to + L);
    }

    private static FloatVector select(IntVector codes, IntVector low, IntVector high) {
        VectorMask<Integer> upper = codes.lanewise(VectorOperators.LSHL, TOP).lt(0);
        return codes.selectFrom(low).blend(codes.selectFrom(high), upper).reinterpretAsFloats();
    }

    // From ints with an entry of each table to the tables one after the other.
    private static byte[] byTable() {
        byte[] from = new byte[Math.max(B.length(), Integer.BYTES * ENTRIES)];
        for (int i = 0; i < from.length; i++) {
            from[i] = (byte) (i % ENTRIES * Integer.BYTES + i / ENTRIES);
        }
        return from;
    }

    @Override
    public boolean hasByteTables() {
        return BYTES;
    }

    @Override
    public int byteTableFloats(int n) {
        return BYTES ? SlabKernels.words(n) * 2 * L : plain.byteTableFloats(n);
    }

    @Override
    public float byteTables(float[] tables, int n, float[] bytes, int bytesAt) {
        if (!BYTES) {
            return plain.byteTables(tables, n, bytes, bytesAt);
        }
        float largest = largest(tables, SlabKernels.tableFloats(n));
        float inverse = largest > Float.MIN_NORMAL ? LookupKernels.LEVELS / largest : 0;
        for (int w = 0; w < SlabKernels.words(n); w++) {
            int from = w * COLUMNS / INPUTS * ENTRIES;
            // Low nibbles look in every other table, high nibbles in those between.
            byteTable(tables, from, inverse, bytes, bytesAt + w * 2 * L);
            byteTable(tables, from + ENTRIES, inverse, bytes, bytesAt + w * 2 * L + L);
        }
        return largest / LookupKernels.LEVELS;
    }

    // Sums with opposite signs are opposite: the largest is also the largest absolute value.
    private static float largest(float[] tables, int n) {
        FloatVector largest = FloatVector.zero(F);
        for (int i = 0; i < n; i += L) {
            largest = largest.max(FloatVector.fromArray(F, tables, i));
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }

    private static void byteTable(float[] tables, int from, float inverse, float[] to, int at) {
        FloatVector magic = FloatVector.broadcast(F, TO_BYTE);
        FloatVector scale = FloatVector.broadcast(F, inverse);
        IntVector b0 = FloatVector.fromArray(F, tables, from).fma(scale, magic).reinterpretAsInts();
        IntVector b1 = FloatVector.fromArray(F, tables, from + 2 * ENTRIES)
                .fma(scale, magic)
                .reinterpretAsInts();
        IntVector b2 = FloatVector.fromArray(F, tables, from + 4 * ENTRIES)
                .fma(scale, magic)
                .reinterpretAsInts();
        IntVector b3 = FloatVector.fromArray(F, tables, from + 6 * ENTRIES)
                .fma(scale, magic)
                .reinterpretAsInts();
        IntVector low = b0.and(LOW_BYTE).or(b1.and(LOW_BYTE).lanewise(VectorOperators.LSHL, 8));
        IntVector high = b2.and(LOW_BYTE).or(b3.and(LOW_BYTE).lanewise(VectorOperators.LSHL, 8));
        ByteVector entries = low.or(high.lanewise(VectorOperators.LSHL, 16)).reinterpretAsBytes();
        ByteVector.fromArray(B, BY_TABLE, 0)
                .selectFrom(entries)
                .reinterpretAsFloats()
                .intoArray(to, at);
    }

    @Override
    public void byteSums(
            int count,
            int words,
            int[] codes,
            int at,
            float[] bytes,
            int bytesAt,
            float step,
            float[] sums,
            int sumsAt) {
        if (!BYTES) {
            plain.byteSums(count, words, codes, at, bytes, bytesAt, step, sums, sumsAt);
            return;
        }
        for (int first = 0; first < words; first += MOST_WORDS) {
            int some = Math.min(MOST_WORDS, words - first);
            for (int j = 0; j < count; j++) {
                int from = at + (j * words + first) * ROWS;
                byteSums(some, codes, from, bytes, bytesAt + first * 2 * L, step, first > 0, sums, sumsAt + j * ROWS);
            }
        }
    }

    // Sums as in VectorLookups, but the four bytes of an int belong together.
    private static void byteSums(
            int words,
            int[] codes,
            int at,
            float[] bytes,
            int bytesAt,
            float step,
            boolean goOn,
            float[] sums,
            int sumsAt) {
        IntVector table = IntVector.broadcast(I, TABLE_OF_BYTE);
        IntVector nibbles = IntVector.broadcast(I, LOW_NIBBLES);
        ShortVector a = IntVector.zero(I).reinterpretAsShorts();
        ShortVector h = a;
        for (int w = 0; w < words; w++) {
            IntVector c = IntVector.fromArray(I, codes, at + w * ROWS);
            int t = bytesAt + w * 2 * L;
            ByteVector lowTable = FloatVector.fromArray(F, bytes, t).reinterpretAsBytes();
            ByteVector highTable = FloatVector.fromArray(F, bytes, t + L).reinterpretAsBytes();
            ByteVector low = c.and(nibbles).or(table).reinterpretAsBytes().selectFrom(lowTable);
            ByteVector high = c.lanewise(VectorOperators.LSHR, INPUTS)
                    .and(nibbles)
                    .or(table)
                    .reinterpretAsBytes()
                    .selectFrom(highTable);
            a = a.add(low.reinterpretAsShorts()).add(high.reinterpretAsShorts());
            h = h.add(low.reinterpretAsInts()
                            .lanewise(VectorOperators.LSHR, Byte.SIZE)
                            .reinterpretAsShorts())
                    .add(high.reinterpretAsInts()
                            .lanewise(VectorOperators.LSHR, Byte.SIZE)
                            .reinterpretAsShorts());
        }
        IntVector all = a.reinterpretAsInts();
        IntVector upper = h.reinterpretAsInts();
        IntVector s3 = upper.lanewise(VectorOperators.LSHR, Short.SIZE);
        IntVector s2 = all.lanewise(VectorOperators.LSHR, Short.SIZE)
                .sub(s3.lanewise(VectorOperators.LSHL, Byte.SIZE))
                .and(LOW_HALF);
        IntVector s1 = upper.sub(s2.lanewise(VectorOperators.LSHL, Byte.SIZE)).and(LOW_HALF);
        IntVector s0 = all.sub(s1.lanewise(VectorOperators.LSHL, Byte.SIZE)).and(LOW_HALF);
        IntVector sum = s0.add(s1).add(s2.add(s3)).sub(BIAS * (COLUMNS / INPUTS) * words);
        FloatVector y = ((FloatVector) sum.convert(VectorOperators.I2F, 0)).mul(step);
        (goOn ? y.add(FloatVector.fromArray(F, sums, sumsAt)) : y).intoArray(sums, sumsAt);
    }

    @Override
    public void combine(int slabs, int planes, float[] numbers, int at, float total, float[] sums, float[] y, int yAt) {
        for (int t = 0; t < slabs; t++) {
            for (int r = 0; r < ROWS; r += L) {
                int from = at + t * (planes + 1) * ROWS + r;
                FloatVector v =
                        FloatVector.fromArray(F, numbers, from + planes * ROWS).mul(total);
                for (int p = 0; p < planes; p++) {
                    int i = (t * planes + p) * ROWS + r;
                    v = FloatVector.fromArray(F, numbers, from + p * ROWS).fma(FloatVector.fromArray(F, sums, i), v);
                }
                v.intoArray(y, yAt + t * ROWS + r);
            }
        }
    }

    @Override
    public void decodeRow(
            int[] codes,
            int at,
            int planeStride,
            int count,
            float base,
            float step0,
            float step1,
            float step2,
            float step3,
            float[] y,
            int yAt,
            int n) {
        boolean goOn = Float.isNaN(base);
        FloatVector start = FloatVector.broadcast(F, base);
        int whole = F.loopBound(n);
        for (int i = 0; i < whole; i += L) {
            int word = at + i / COLUMNS * ROWS;
            int shift = i % COLUMNS;
            FloatVector v = goOn ? FloatVector.fromArray(F, y, yAt + i) : start;
            v = v.add(step0, VectorMask.fromLong(F, codes[word] >>> shift));
            if (count > 1) {
                v = v.add(step1, VectorMask.fromLong(F, codes[word + planeStride] >>> shift));
            }
            if (count > 2) {
                v = v.add(step2, VectorMask.fromLong(F, codes[word + 2 * planeStride] >>> shift));
            }
            if (count > 3) {
                v = v.add(step3, VectorMask.fromLong(F, codes[word + 3 * planeStride] >>> shift));
            }
            v.intoArray(y, yAt + i);
        }
        if (whole < n) {
            // The rest does not start with a word.
            int word = at + whole / COLUMNS * ROWS;
            for (int i = whole; i < n; i++) {
                float sum = goOn ? y[yAt + i] : base;
                int bit = i % COLUMNS;
                sum += (codes[word] >>> bit & 1) * step0;
                sum += count > 1 ? (codes[word + planeStride] >>> bit & 1) * step1 : 0;
                sum += count > 2 ? (codes[word + 2 * planeStride] >>> bit & 1) * step2 : 0;
                sum += count > 3 ? (codes[word + 3 * planeStride] >>> bit & 1) * step3 : 0;
                y[yAt + i] = sum;
            }
        }
    }

    @Override
    public void decodeSlab(
            int[] codes,
            int at,
            int planeStride,
            int planes,
            float[] numbers,
            int numbersAt,
            float[] y,
            int yAt,
            int stride,
            int n) {
        for (int r = 0; r < ROWS; r += L) {
            int a = numbersAt + r;
            int z = numbersAt + planes * ROWS + r;
            int from = at + r;
            int to = yAt + r;
            switch (planes) {
                case 1 -> SignDecoders.decode1(codes, from, numbers, a, z, y, to, stride, n);
                case 2 -> SignDecoders.decode2(codes, from, planeStride, numbers, a, z, y, to, stride, n);
                case 3 -> SignDecoders.decode3(codes, from, planeStride, numbers, a, z, y, to, stride, n);
                default -> SignDecoders.decode4(codes, from, planeStride, numbers, a, z, y, to, stride, n);
            }
            for (int p = 4; p < planes; p++) {
                addPlane(codes, from + p * planeStride, numbers, a + p * ROWS, y, to, stride, n);
            }
        }
    }

    private static void addPlane(int[] codes, int at, float[] a, int aAt, float[] y, int yAt, int stride, int n) {
        FloatVector step = FloatVector.fromArray(F, a, aAt);
        FloatVector minus = step.neg();
        step = step.add(step);
        int to = yAt;
        for (int k = 0; k < n; k += COLUMNS, at += ROWS) {
            IntVector c = IntVector.fromArray(I, codes, at);
            int end = Math.min(n - k, COLUMNS);
            for (int i = 0; i < end; i++, to += stride) {
                FloatVector.fromArray(F, y, to).add(minus.add(step, bit(c, i))).intoArray(y, to);
            }
        }
    }

    private static VectorMask<Float> bit(IntVector codes, int i) {
        return codes.and(1 << i).compare(VectorOperators.NE, 0).cast(F);
    }
}
