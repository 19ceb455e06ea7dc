package dev.signet.engine.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the kernels that are one loop unrolled for several numbers of rows or planes: C2 keeps a vector in a register only if it is
 * a local variable, so each number needs a method of its own. Run {@link #main} in signet-engine after a change; the test
 * {@link KernelGeneratorTest} fails where this and the sources differ.
 */
final class KernelGenerator {
    private static final int WIDTH = 120;
    private static final String HEADER = "// Written by KernelGenerator (in this package's tests): change that.\n";

    private final StringBuilder text = new StringBuilder();

    private KernelGenerator() {}

    /** Writes the sources; run in the module's folder. */
    public static void main(String[] args) throws IOException {
        for (Map.Entry<String, String> source : sources().entrySet()) {
            Files.writeString(path(source.getKey()), source.getValue());
        }
    }

    static Path path(String name) {
        return Path.of("src/main/java/dev/signet/engine/kernel", name + ".java");
    }

    /** The classes by their names. */
    static Map<String, String> sources() {
        Map<String, String> sources = new LinkedHashMap<>();
        sources.put("RowMicroKernels", new KernelGenerator().rowMicroKernels());
        sources.put("FilterMicroKernels", new KernelGenerator().filterMicroKernels());
        sources.put("SignDecoders", new KernelGenerator().signDecoders());
        return sources;
    }

    private String rowMicroKernels() {
        text.append(HEADER);
        text.append("""
                package dev.signet.engine.kernel;

                import static dev.signet.engine.kernel.Kernels.CHUNK;

                import jdk.incubator.vector.FloatVector;
                import jdk.incubator.vector.VectorSpecies;

                /**
                 * Micro-kernels of the product with columns along the vectors: sums of {@code rows} filters and two vectors of columns. 12 rows
                 * take 24 of AVX-512's 32 registers; with 16 registers (AVX2) 5 rows are the most that does not spill. Sums of row
                 * {@code r} go on from {@code start[startAt + r * startStride..]}.
                 */
                final class RowMicroKernels {
                    private static final VectorSpecies<Float> F = VectorKernels.F;
                    private static final int L = F.length();

                    private RowMicroKernels() {}
                """);
        for (int rows : new int[] {12, 8, 5, 4, 1}) {
            rowMicroKernel(rows);
        }
        return text.append("}\n").toString();
    }

    private void rowMicroKernel(int rows) {
        boolean one = rows == 1;
        signature(
                "static void rows" + rows,
                "int depth, float[] a, int aOffset, float[] b, int[] offsets, int first, int base, float[] start, int startAt,"
                        + (one ? " float[] c, int at" : " int startStride, float[] c, int at, int stride"));
        for (int r = 0; r < rows; r++) {
            line(2, "FloatVector c%da = FloatVector.fromArray(F, start, startAt%s);", r, plus(r, "startStride"));
            line(2, "FloatVector c%db = FloatVector.fromArray(F, start, startAt%s + L);", r, plus(r, "startStride"));
        }
        line(2, "int panel = aOffset;");
        line(2, "for (int from = 0; from < depth; from += CHUNK) {");
        line(3, "int end = Math.min(CHUNK, depth - from);");
        line(3, "for (int k = 0; k < end; k++) {");
        line(4, "int row = offsets[first + from + k] + base;");
        line(4, "FloatVector b0 = FloatVector.fromArray(F, b, row);");
        line(4, "FloatVector b1 = FloatVector.fromArray(F, b, row + L);");
        for (int r = 0; r < rows; r++) {
            line(4, "FloatVector w%d = FloatVector.broadcast(F, a[panel + k%s]);", r, plus(r, "CHUNK"));
            line(4, "c%1$da = w%1$d.fma(b0, c%1$da);", r);
            line(4, "c%1$db = w%1$d.fma(b1, c%1$db);", r);
        }
        line(3, "}");
        line(3, "panel += %sCHUNK;", one ? "" : rows + " * ");
        line(2, "}");
        for (int r = 0; r < rows; r++) {
            line(2, "c%da.intoArray(c, at%s);", r, plus(r, "stride"));
            line(2, "c%db.intoArray(c, at%s + L);", r, plus(r, "stride"));
        }
        line(1, "}");
    }

    private String filterMicroKernels() {
        text.append(HEADER);
        text.append("""
                package dev.signet.engine.kernel;

                import static dev.signet.engine.kernel.Kernels.COLUMNS;

                import jdk.incubator.vector.FloatVector;
                import jdk.incubator.vector.VectorSpecies;

                /**
                 * Micro-kernels of the product with filters along the vectors: sums of {@code rows} columns and two vectors of filters. Sums of
                 * row {@code r} go on from {@code start[startAt + r * startStride..]}.
                 */
                final class FilterMicroKernels {
                    private static final VectorSpecies<Float> F = VectorKernels.F;
                    private static final int L = F.length();

                    private FilterMicroKernels() {}
                """);
        for (int rows : new int[] {13, 12, 8, 5, 4, 1}) {
            filterMicroKernel(rows);
        }
        return text.append("}\n").toString();
    }

    private void filterMicroKernel(int rows) {
        signature(
                "static void rows" + rows,
                "int depth, float[] x, int[] offsets, int first, int base, float[] w, int wOffset, float[] start, int startAt,"
                        + (rows == 1 ? " float[] c, int at" : " int startStride, float[] c, int at"));
        for (int r = 0; r < rows; r++) {
            line(2, "FloatVector c%da = FloatVector.zero(F);", r);
            line(2, "FloatVector c%db = FloatVector.zero(F);", r);
        }
        line(2, "for (int k = 0; k < depth; k++) {");
        line(3, "int row = offsets[first + k] + base;");
        line(3, "FloatVector w0 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS);");
        line(3, "FloatVector w1 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS + L);");
        for (int r = 0; r < rows; r++) {
            line(3, "FloatVector x%d = FloatVector.broadcast(F, x[row%s]);", r, r == 0 ? "" : " + " + r);
            line(3, "c%1$da = x%1$d.fma(w0, c%1$da);", r);
            line(3, "c%1$db = x%1$d.fma(w1, c%1$db);", r);
        }
        line(2, "}");
        for (int r = 0; r < rows; r++) {
            String from = plus(r, "startStride");
            String to = plus(r, "COLUMNS");
            line(2, "c%1$da = c%1$da.add(FloatVector.fromArray(F, start, startAt%2$s));", r, from);
            line(2, "c%1$db = c%1$db.add(FloatVector.fromArray(F, start, startAt%2$s + L));", r, from);
            line(2, "c%da.intoArray(c, at%s);", r, to);
            line(2, "c%db.intoArray(c, at%s + L);", r, to);
        }
        line(1, "}");
    }

    private String signDecoders() {
        text.append(HEADER);
        text.append("""
                package dev.signet.engine.kernel;

                import static dev.signet.engine.kernel.SlabKernels.COLUMNS;
                import static dev.signet.engine.kernel.SlabKernels.ROWS;

                import jdk.incubator.vector.FloatVector;
                import jdk.incubator.vector.IntVector;
                import jdk.incubator.vector.VectorMask;
                import jdk.incubator.vector.VectorOperators;
                import jdk.incubator.vector.VectorSpecies;

                /**
                 * Decodes the first planes of slabs of signs ({@link SlabKernels#decodeSlab}). The sums are exact in any order
                 * (MultiBitWeight): all minuses are taken into the base, and a plus is two steps.
                 */
                final class SignDecoders {
                    private static final VectorSpecies<Float> F = VectorKernels.F;
                    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());

                    private SignDecoders() {}
                """);
        for (int planes = 1; planes <= 4; planes++) {
            signDecoder(planes);
        }
        text.append("""

                    private static VectorMask<Float> bit(IntVector words, int i) {
                        return words.and(1 << i).compare(VectorOperators.NE, 0).cast(F);
                    }
                """);
        return text.append("}\n").toString();
    }

    private void signDecoder(int planes) {
        signature(
                "static void decode" + planes,
                "int[] codes, int at, " + (planes == 1 ? "" : "int planeStride, ")
                        + "float[] a, int aAt, int zAt, float[] y, int yAt, int stride, int n");
        for (int p = 0; p < planes; p++) {
            line(2, "FloatVector step%d = FloatVector.fromArray(F, a, aAt%s);", p, plus(p, "ROWS"));
        }
        line(2, "FloatVector base = FloatVector.fromArray(F, a, zAt);");
        for (int p = 0; p < planes; p++) {
            line(2, "base = base.sub(step%d);", p);
            line(2, "step%1$d = step%1$d.add(step%1$d);", p);
        }
        line(2, "int to = yAt;");
        line(2, "for (int k = 0; k < n; k += COLUMNS, at += ROWS) {");
        for (int p = 0; p < planes; p++) {
            line(3, "IntVector c%d = IntVector.fromArray(I, codes, at%s);", p, plus(p, "planeStride"));
        }
        line(3, "int end = Math.min(n - k, COLUMNS);");
        line(3, "for (int i = 0; i < end; i++, to += stride) {");
        line(4, "FloatVector v = base.add(step0, bit(c0, i));");
        for (int p = 1; p < planes; p++) {
            line(4, "v = v.add(step%1$d, bit(c%1$d, i));", p);
        }
        line(4, "v.intoArray(y, to);");
        line(3, "}");
        line(2, "}");
        line(1, "}");
    }

    private static String plus(int times, String what) {
        return times == 0 ? "" : " + " + (times == 1 ? "" : times + " * ") + what;
    }

    // As the formatter would: on one line, with all parameters on the next, or with one on each.
    private void signature(String start, String parameters) {
        text.append('\n');
        List<String> all = List.of(parameters.split(",\\s*"));
        String joined = String.join(", ", all);
        if (4 + start.length() + joined.length() + 4 <= WIDTH) {
            line(1, "%s(%s) {", start, joined);
            return;
        }
        line(1, "%s(", start);
        if (12 + joined.length() + 3 <= WIDTH) {
            line(3, "%s) {", joined);
            return;
        }
        for (int i = 0; i < all.size(); i++) {
            line(3, "%s%s", all.get(i), i == all.size() - 1 ? ") {" : ",");
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation is no dependency of this project
    private void line(int depth, String format, Object... values) {
        text.repeat(' ', 4 * depth)
                .append(String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
