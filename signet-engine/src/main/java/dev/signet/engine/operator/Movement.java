package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Operators that move elements and compute nothing, as tables for {@link AxisCopy}. */
final class Movement {
    private Movement() {}

    private static Computation copy(TensorType type, List<int[]> tables) {
        return copy(type, tables, 0);
    }

    private static Computation copy(TensorType type, List<int[]> tables, double fill) {
        AxisCopy copy = new AxisCopy(tables, fill);
        return Computation.of(
                type,
                binding ->
                        copy.bind(binding.inputs().getFirst(), binding.outputs().getFirst(), binding.workers()));
    }

    private static Shape shapeOf(List<int[]> tables) {
        return new Shape(tables.stream().mapToInt(table -> table.length).toArray());
    }

    static Computation transpose(Node node, Operands in) {
        Shape x = in.shape(0);
        int rank = x.rank();
        long[] order = node.attributes().integers("perm").orElseGet(() -> reversed(rank));
        boolean[] seen = new boolean[rank];
        if (order.length != rank) {
            throw node.error("perm %s does not fit %s".formatted(Arrays.toString(order), x));
        }
        List<int[]> source = AxisCopy.identity(x);
        List<int[]> tables = new ArrayList<>();
        for (long axis : order) {
            int from = in.axis(axis, rank);
            if (seen[from]) {
                throw node.error("perm %s is not a permutation".formatted(Arrays.toString(order)));
            }
            seen[from] = true;
            tables.add(source.get(from));
        }
        return copy(in.type(0).with(shapeOf(tables)), tables);
    }

    private static long[] reversed(int rank) {
        long[] order = new long[rank];
        for (int i = 0; i < rank; i++) {
            order[i] = rank - 1L - i;
        }
        return order;
    }

    static Computation slice(Node node, Operands in) {
        Shape x = in.shape(0);
        boolean inputs = in.has(1);
        long[] starts = inputs
                ? in.integers(1, "starts")
                : node.attributes().integers("starts").orElse(new long[0]);
        long[] ends = inputs
                ? in.integers(2, "ends")
                : node.attributes().integers("ends").orElse(new long[0]);
        long[] axes = in.has(3)
                ? in.integers(3, "axes")
                : node.attributes().integers("axes").orElseGet(() -> firstAxes(starts.length));
        long[] steps = in.has(4) ? in.integers(4, "steps") : ones(starts.length);
        if (ends.length != starts.length || axes.length != starts.length || steps.length != starts.length) {
            throw node.error("starts, ends, axes and steps differ in length");
        }
        List<int[]> tables = AxisCopy.identity(x);
        for (int i = 0; i < starts.length; i++) {
            int axis = in.axis(axes[i], x.rank());
            if (steps[i] == 0) {
                throw node.error("a slice with step 0");
            }
            tables.set(axis, slice(tables.get(axis), starts[i], ends[i], steps[i]));
        }
        return copy(in.type(0).with(shapeOf(tables)), tables);
    }

    // Bounds as in Python: negative ones count from the end, and those outside mean the end.
    private static int[] slice(int[] table, long start, long end, long step) {
        int n = table.length;
        long low = step > 0 ? 0 : -1;
        long high = step > 0 ? n : n - 1L;
        long from = Math.clamp(start < 0 ? start + n : start, Math.max(low, 0), Math.max(high, 0));
        long to = Math.clamp(end < 0 ? end + n : end, low, high);
        if (step < 0 && end < -n) {
            to = -1;
        }
        long count = step > 0 ? Math.ceilDiv(to - from, step) : n == 0 ? 0 : Math.ceilDiv(from - to, -step);
        int[] picked = new int[Math.toIntExact(Math.max(0, count))];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = table[Math.toIntExact(from + i * step)];
        }
        return picked;
    }

    private static long[] firstAxes(int n) {
        long[] axes = new long[n];
        for (int i = 0; i < n; i++) {
            axes[i] = i;
        }
        return axes;
    }

    private static long[] ones(int n) {
        long[] ones = new long[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Crop: an operator of ONNX's first version that old networks still have. */
    static Computation crop(Node node, Operands in) {
        Shape x = in.shape(0, 4, 4);
        int[] border = Windows.list(node, "border", 4, 0, 0);
        List<int[]> tables = AxisCopy.identity(x);
        for (int d = 0; d < 2; d++) {
            // In the order left, top, right, bottom.
            int before = border[1 - d];
            int size = node.attributes().has("scale")
                    ? Windows.positive(node, "scale", 2)[d]
                    : x.dim(d + 2) - before - border[3 - d];
            if (before < 0 || size < 1 || size > x.dim(d + 2) - before) {
                throw node.error("can not be cut out of %s".formatted(x));
            }
            tables.set(d + 2, slice(tables.get(d + 2), before, before + size, 1));
        }
        return copy(in.type(0).with(shapeOf(tables)), tables);
    }

    static Computation split(Node node, Operands in) {
        Shape x = in.shape(0);
        int axis = in.axis(node.attributes().integer("axis", 0), x.rank());
        int outputs = node.outputs().size();
        long[] sizes = in.has(1)
                ? in.integers(1, "the sizes of the parts")
                : node.attributes().integers("split").orElseGet(() -> evenly(node, x.dim(axis), outputs));
        if (sizes.length != outputs || Arrays.stream(sizes).sum() != x.dim(axis)) {
            throw node.error(String.format(
                    Locale.ROOT,
                    "parts of %s can not be cut from dimension %d of %s",
                    Arrays.toString(sizes),
                    axis,
                    x));
        }
        List<TensorType> types = new ArrayList<>();
        List<AxisCopy> copies = new ArrayList<>();
        int from = 0;
        for (long size : sizes) {
            List<int[]> tables = AxisCopy.identity(x);
            int to = Math.addExact(from, Math.toIntExact(size));
            tables.set(axis, Arrays.copyOfRange(tables.get(axis), from, to));
            from = to;
            types.add(in.type(0).with(shapeOf(tables)));
            copies.add(new AxisCopy(tables, 0));
        }
        return new Computation.Work(types, 0, 0, binding -> {
            Runnable[] parts = new Runnable[copies.size()];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = copies.get(i)
                        .bind(binding.inputs().getFirst(), binding.outputs().get(i), binding.workers());
            }
            return () -> {
                for (Runnable part : parts) {
                    part.run();
                }
            };
        });
    }

    // From opset 18 on the last part may be smaller.
    private static long[] evenly(Node node, int size, int parts) {
        long part = Math.ceilDiv(size, parts);
        if (part * parts != size && node.opset() < 18) {
            throw node.error(String.format(Locale.ROOT, "%d can not be cut into %d equal parts", size, parts));
        }
        long[] sizes = new long[parts];
        Arrays.fill(sizes, part);
        sizes[parts - 1] = size - part * (parts - 1);
        return sizes;
    }

    static Computation concat(Node node, Operands in) {
        Shape first = in.shape(0);
        int axis = in.axis(node.attributes().integer("axis", 1), first.rank());
        int total = 0;
        for (int i = 0; i < in.count(); i++) {
            Shape x = in.shape(i);
            if (x.rank() != first.rank()
                    || !x.with(axis, 0).equals(first.with(axis, 0))
                    || !Operands.sameKind(in.type(i).element(), in.type(0).element())) {
                throw node.error(String.format(
                        Locale.ROOT, "inputs %s and %s can not be concatenated along %d", first, x, axis));
            }
            total = Math.addExact(total, x.dim(axis));
        }
        Shape y = first.with(axis, total);
        int outer = y.product(0, axis);
        int row = y.product(axis, y.rank());
        int parts = in.count();
        int[] lengths = new int[parts];
        for (int i = 0; i < parts; i++) {
            lengths[i] = in.shape(i).product(axis, y.rank());
        }
        return Computation.of(in.type(0).with(y), binding -> {
            Object[] from = binding.inputs().stream().map(Tensor::values).toArray();
            Object to = binding.outputs().getFirst().values();
            return () -> {
                int at = 0;
                for (int i = 0; i < parts; i++) {
                    for (int o = 0; o < outer; o++) {
                        System.arraycopy(from[i], o * lengths[i], to, o * row + at, lengths[i]);
                    }
                    at += lengths[i];
                }
            };
        });
    }

    static Computation gather(Node node, Operands in) {
        Shape x = in.shape(0);
        if (in.get(1).value().isEmpty()) {
            return Indexing.gather(node, in);
        }
        int axis = in.axis(node.attributes().integer("axis", 0), x.rank());
        long[] indices = in.integers(1, "the list of indices");
        List<int[]> tables = AxisCopy.identity(x);
        int[] all = tables.remove(axis);
        int[] picked = new int[indices.length];
        for (int i = 0; i < picked.length; i++) {
            long index = indices[i] < 0 ? indices[i] + all.length : indices[i];
            if (index < 0 || index >= all.length) {
                throw node.error(
                        String.format(Locale.ROOT, "index %d is not in dimension %d of %s", indices[i], axis, x));
            }
            picked[i] = all[Math.toIntExact(index)];
        }
        tables.add(axis, picked);
        int[] dims = new int[x.rank() - 1 + in.shape(1).rank()];
        int at = 0;
        for (int d = 0; d < x.rank(); d++) {
            if (d == axis) {
                for (int dim : in.shape(1).dims()) {
                    dims[at++] = dim;
                }
            } else {
                dims[at++] = x.dim(d);
            }
        }
        return copy(in.type(0).with(new Shape(dims)), tables);
    }

    static Computation expand(Node node, Operands in) {
        Shape x = in.shape(0);
        Shape y = Broadcast.shape(x, Shape.of(in.integers(1, "the shape")));
        int[] strides = Broadcast.to(y, x).strides();
        List<int[]> tables = new ArrayList<>();
        for (int d = 0; d < y.rank(); d++) {
            tables.add(AxisCopy.table(y.dim(d), strides[d]));
        }
        return copy(in.type(0).with(y), tables);
    }

    static Computation tile(Node node, Operands in) {
        Shape x = in.shape(0);
        long[] repeats = in.integers(1, "the number of repeats");
        if (repeats.length != x.rank()) {
            throw node.error(String.format(Locale.ROOT, "%d repeats for %s", repeats.length, x));
        }
        List<int[]> tables = AxisCopy.identity(x);
        for (int d = 0; d < x.rank(); d++) {
            int[] once = tables.get(d);
            int size = Math.multiplyExact(once.length, Math.toIntExact(repeats[d]));
            int[] table = new int[Math.max(0, size)];
            for (int i = 0; i < table.length; i++) {
                table[i] = once[i % once.length];
            }
            tables.set(d, table);
        }
        return copy(in.type(0).with(shapeOf(tables)), tables);
    }

    static Computation depthToSpace(Node node, Operands in) {
        Shape x = in.shape(0, 4, 4);
        int block = Math.toIntExact(node.attributes().integer("blocksize", 0));
        if (block < 1 || x.dim(1) % Math.multiplyExact(block, block) != 0) {
            throw node.error(String.format(Locale.ROOT, "%s can not be rearranged in blocks of %d", x, block));
        }
        boolean columnsFirst = node.attributes().text("mode", "DCR").equals("CRD");
        int depth = x.dim(1) / (block * block);
        int[] s = x.strides();
        int channel = columnsFirst ? s[1] * block * block : s[1];
        int inRow = columnsFirst ? s[1] * block : s[1] * depth * block;
        int inColumn = columnsFirst ? s[1] : s[1] * depth;
        List<int[]> tables = new ArrayList<>();
        tables.add(AxisCopy.table(x.dim(0), s[0]));
        tables.add(AxisCopy.table(depth, channel));
        tables.add(interleaved(x.dim(2), s[2], block, inRow));
        tables.add(interleaved(x.dim(3), s[3], block, inColumn));
        return copy(in.type(0).with(shapeOf(tables)), tables);
    }

    private static int[] interleaved(int size, int stride, int block, int blockStride) {
        int[] table = new int[Math.multiplyExact(size, block)];
        for (int i = 0; i < table.length; i++) {
            table[i] = i / block * stride + i % block * blockStride;
        }
        return table;
    }

    static Computation pad(Node node, Operands in) {
        Shape x = in.shape(0);
        int rank = x.rank();
        boolean inputs = in.has(1);
        long[] pads = inputs
                ? in.integers(1, "the padding")
                : node.attributes().integers("pads").orElse(new long[0]);
        long[] axes = in.has(3) ? in.integers(3, "the list of axes") : firstAxes(rank);
        if (pads.length != 2 * axes.length) {
            throw node.error(String.format(Locale.ROOT, "%d paddings for %d dimensions", pads.length, axes.length));
        }
        double fill =
                in.has(2) ? in.scalar(2, "the fill value") : node.attributes().number("value", 0);
        String mode = node.attributes().text("mode", "constant");
        List<int[]> tables = AxisCopy.identity(x);
        for (int i = 0; i < axes.length; i++) {
            int axis = in.axis(axes[i], rank);
            int before = Math.toIntExact(pads[i]);
            int after = Math.toIntExact(pads[i + axes.length]);
            tables.set(axis, pad(node, tables.get(axis), before, after, mode));
        }
        return copy(in.type(0).with(shapeOf(tables)), tables, fill);
    }

    private static int[] pad(Node node, int[] table, int before, int after, String mode) {
        int n = table.length;
        int size = Math.addExact(Math.addExact(n, before), after);
        if (size < 0 || (n == 0 && size > 0 && !mode.equals("constant"))) {
            throw node.error(
                    String.format(Locale.ROOT, "%d elements can not be padded by %d and %d", n, before, after));
        }
        int[] padded = new int[size];
        for (int i = 0; i < size; i++) {
            int from = i - before;
            padded[i] = switch (mode) {
                case "constant" -> from < 0 || from >= n ? AxisCopy.FILL : table[from];
                case "edge" -> table[Math.clamp(from, 0, n - 1)];
                case "wrap" -> table[Math.floorMod(from, n)];
                case "reflect" -> table[n == 1 ? 0 : reflect(from, n)];
                default -> throw node.error("mode '%s' is not one of constant, edge, reflect, wrap".formatted(mode));
            };
        }
        return padded;
    }

    private static int reflect(int index, int n) {
        int period = 2 * (n - 1);
        int inPeriod = Math.floorMod(index, period);
        return inPeriod < n ? inPeriod : period - inPeriod;
    }
}
