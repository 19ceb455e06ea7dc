package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.product.Binding;
import dev.signet.engine.product.Epilogue;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;
import dev.signet.onnx.tensor.ElementType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Operators on pairs of elements, with broadcasting: Add, Sub, Mul, Div, Mod, Pow, Min, Max, PRelu. */
final class Arithmetic implements Operator {
    /** What is computed from each pair. */
    enum Operation {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE,
        /** What integers leave, with the divisor's sign. */
        MODULO,
        /** What a division leaves, with the dividend's sign. */
        REMAINDER,
        POWER,
        MINIMUM,
        MAXIMUM,
        PRELU;

        float apply(float a, float b) {
            return switch (this) {
                case ADD -> a + b;
                case SUBTRACT -> a - b;
                case MULTIPLY -> a * b;
                case DIVIDE -> a / b;
                case MODULO, REMAINDER -> a % b;
                case POWER -> (float) Math.pow(a, b);
                case MINIMUM -> Math.min(a, b);
                case MAXIMUM -> Math.max(a, b);
                case PRELU -> a < 0 ? a * b : a;
            };
        }

        long apply(long a, long b) {
            return switch (this) {
                case ADD -> a + b;
                case SUBTRACT -> a - b;
                case MULTIPLY -> a * b;
                case DIVIDE -> a / notZero(b);
                case MODULO -> Math.floorMod(a, notZero(b));
                case REMAINDER -> a % notZero(b);
                case POWER -> (long) Math.pow((double) a, (double) b);
                case MINIMUM -> Math.min(a, b);
                case MAXIMUM -> Math.max(a, b);
                case PRELU -> a < 0 ? a * b : a;
            };
        }

        private static long notZero(long divisor) {
            if (divisor == 0) {
                throw new IllegalArgumentException("integer division by zero");
            }
            return divisor;
        }
    }

    // Elements that stay in the L1 cache until their epilogue.
    private static final int NEAR = 2048;

    private final Operation operation;

    Arithmetic(Operation operation) {
        this.operation = operation;
    }

    @Override
    public Computation plan(Node node, Operands in) {
        TensorType a = in.type(0);
        if (in.count() == 1) {
            return new Computation.View(a);
        }
        Shape shape = a.shape();
        for (int i = 1; i < in.count(); i++) {
            if (!Operands.sameKind(a.element(), in.type(i).element())) {
                throw node.error("inputs are of types %s and %s"
                        .formatted(a.element().text(), in.type(i).element().text()));
            }
            shape = Broadcast.shape(shape, in.shape(i));
        }
        if (operation == Operation.PRELU) {
            // The slope is broadcast to the input, never the other way round.
            Broadcast.to(a.shape(), in.shape(1));
        }
        if (!a.element().isFloating() && !node.epilogue().isEmpty()) {
            throw node.epilogue()
                    .getFirst()
                    .error("takes floats, not " + a.element().text());
        }
        // The last pair's results are the node's.
        Epilogue epilogue = node.epilogue().isEmpty() ? null : Epilogues.of(node, in, 1, null);
        ElementType element = a.element().isFloating() ? ElementType.FLOAT : a.element();
        TensorType output = new TensorType(element, shape);
        Pairs[] chain = new Pairs[in.count() - 1];
        for (int i = 0; i < chain.length; i++) {
            chain[i] = Pairs.of(shape, i == 0 ? a.shape() : shape, in.shape(i + 1));
        }
        return Computation.of(output, binding -> {
            Runnable[] work = new Runnable[chain.length];
            Tensor y = binding.outputs().getFirst();
            for (int i = 0; i < work.length; i++) {
                Tensor left = i == 0 ? binding.inputs().getFirst() : y;
                Epilogue last = i == work.length - 1 ? epilogue : null;
                work[i] = bind(binding, chain[i], left, binding.inputs().get(i + 1), last, y);
            }
            return work.length == 1
                    ? work[0]
                    : () -> {
                        for (Runnable pair : work) {
                            pair.run();
                        }
                    };
        });
    }

    private Runnable bind(Binding binding, Pairs pairs, Tensor a, Tensor b, @Nullable Epilogue epilogue, Tensor y) {
        Workers workers = binding.workers();
        Kernels kernels = binding.kernels();
        int n = pairs.length();
        // Short rows are done several at a time, long ones piece by piece.
        int block = Math.max(1, Elementwise.BLOCK / Math.max(1, n));
        int part = Math.min(Math.max(1, n), NEAR);
        int rows = n == 0 ? 0 : pairs.aStarts().length;
        int parts = block > 1 ? 1 : Math.ceilDiv(n, Elementwise.BLOCK);
        int tasks = Math.ceilDiv(rows, block) * parts;
        boolean floats = y.isFloating();
        Workers.Task task = (piece, worker) -> {
            int end = Math.min(rows, (piece / parts + 1) * block);
            int first = piece % parts * Elementwise.BLOCK;
            int last = parts == 1 ? n : Math.min(n, first + Elementwise.BLOCK);
            for (int row = piece / parts * block; row < end; row++) {
                if (!floats) {
                    longs(pairs, row, first, last, a.longs(), b.longs(), y.longs());
                    continue;
                }
                for (int i = first; i < last; i += part) {
                    int count = Math.min(part, last - i);
                    floats(kernels, pairs, row, i, count, a.floats(), b.floats(), y.floats());
                    if (epilogue != null) {
                        int at = row * n + i;
                        epilogue.apply(kernels, 0, y.floats(), at, y.floats(), at, count);
                    }
                }
            }
        };
        return () -> workers.run(tasks, task);
    }

    private void floats(Kernels kernels, Pairs pairs, int row, int first, int n, float[] a, float[] b, float[] y) {
        int p = pairs.aStarts()[row] + first * pairs.aStride();
        int q = pairs.bStarts()[row] + first * pairs.bStride();
        int at = row * pairs.length() + first;
        boolean both = pairs.aStride() == 1 && pairs.bStride() == 1;
        boolean constant = pairs.aStride() == 1 && pairs.bStride() == 0;
        boolean constantFirst = pairs.aStride() == 0 && pairs.bStride() == 1;
        float infinity = Float.POSITIVE_INFINITY;
        if (both && operation == Operation.ADD) {
            kernels.add(a, p, b, q, y, at, n);
        } else if (both && operation == Operation.MULTIPLY) {
            kernels.multiply(a, p, b, q, y, at, n);
        } else if (both && operation == Operation.SUBTRACT) {
            kernels.arrays().subtract(a, p, b, q, y, at, n);
        } else if (both && operation == Operation.DIVIDE) {
            kernels.arrays().divide(a, p, b, q, y, at, n);
        } else if (constantFirst && operation == Operation.ADD) {
            kernels.affineClip(b, q, y, at, n, 1, a[p], -infinity, infinity);
        } else if (constantFirst && operation == Operation.SUBTRACT) {
            kernels.affineClip(b, q, y, at, n, -1, a[p], -infinity, infinity);
        } else if (constantFirst && operation == Operation.MULTIPLY) {
            kernels.affineClip(b, q, y, at, n, a[p], 0, -infinity, infinity);
        } else if (constant && operation == Operation.ADD) {
            kernels.affineClip(a, p, y, at, n, 1, b[q], -infinity, infinity);
        } else if (constant && operation == Operation.SUBTRACT) {
            kernels.affineClip(a, p, y, at, n, 1, -b[q], -infinity, infinity);
        } else if (constant && operation == Operation.MULTIPLY) {
            kernels.affineClip(a, p, y, at, n, b[q], 0, -infinity, infinity);
        } else if (constant && operation == Operation.PRELU) {
            kernels.leakyRelu(a, p, y, at, n, b[q]);
        } else {
            for (int i = 0; i < n; i++) {
                y[at + i] = operation.apply(a[p + i * pairs.aStride()], b[q + i * pairs.bStride()]);
            }
        }
    }

    private void longs(Pairs pairs, int row, int first, int last, long[] a, long[] b, long[] y) {
        int at = row * pairs.length();
        for (int i = first; i < last; i++) {
            y[at + i] = operation.apply(
                    a[pairs.aStarts()[row] + i * pairs.aStride()], b[pairs.bStarts()[row] + i * pairs.bStride()]);
        }
    }

    /**
     * Which elements meet: rows of {@code length} pairs.
     *
     * @param aStarts where each row starts in the left operand
     * @param bStarts where each row starts in the right operand
     * @param length pairs in a row
     * @param aStride 1, or 0 where the left operand has the same element for the whole row
     * @param bStride the same for the right operand
     */
    private record Pairs(int[] aStarts, int[] bStarts, int length, int aStride, int bStride) {
        // Dimensions are merged from the last one on, as long as both operands go on in step.
        static Pairs of(Shape shape, Shape a, Shape b) {
            int[] p = Broadcast.to(shape, a).strides();
            int[] q = Broadcast.to(shape, b).strides();
            int length = 1;
            int aStride = 0;
            int bStride = 0;
            int d = shape.rank() - 1;
            for (; d >= 0; d--) {
                int size = shape.dim(d);
                if (length == 1) {
                    aStride = size == 1 ? 0 : p[d];
                    bStride = size == 1 ? 0 : q[d];
                } else if (size != 1 && (p[d] != aStride * length || q[d] != bStride * length)) {
                    break;
                }
                length *= size;
            }
            int[] left = d < 0 ? new int[1] : outer(shape, p, d + 1);
            int[] right = d < 0 ? new int[1] : outer(shape, q, d + 1);
            return new Pairs(left, right, length, aStride, bStride);
        }

        private static int[] outer(Shape shape, int[] strides, int dims) {
            Shape outer = new Shape(Arrays.copyOf(shape.dims(), dims));
            return new Broadcast(outer, Arrays.copyOf(strides, dims)).offsets();
        }
    }
}
