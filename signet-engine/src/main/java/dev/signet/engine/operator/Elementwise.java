package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.tensor.TensorType;

/** Operators that map every element of one tensor by itself. */
final class Elementwise implements Operator {
    /** A function of one number, for many of them: {@code y[at + i] = f(x[at + i])} for {@code i < n}. */
    @FunctionalInterface
    interface Function {
        /** Computes {@code n} values. */
        void apply(Kernels kernels, float[] x, float[] y, int at, int n);

        /** A function that is computed number by number. */
        static Function of(Scalar scalar) {
            return (kernels, x, y, at, n) -> {
                for (int i = at; i < at + n; i++) {
                    y[i] = scalar.apply(x[i]);
                }
            };
        }
    }

    /** A function of one number. */
    @FunctionalInterface
    interface Scalar {
        /** The function's value. */
        float apply(float x);
    }

    /** A function that depends on a node's attributes. */
    @FunctionalInterface
    interface Family {
        /** The function for {@code node}. */
        Function of(Node node);
    }

    // Elements that a worker takes at a time.
    static final int BLOCK = 1 << 14;

    // Elements that stay in the L1 cache.
    private static final int NEAR = 2048;

    private final Family family;

    Elementwise(Family family) {
        this.family = family;
    }

    @Override
    public Computation plan(Node node, Operands in) {
        TensorType type = in.floating(0);
        Function function = family.of(node);
        int size = type.shape().size();
        return Computation.of(TensorType.floats(type.shape()), binding -> {
            float[] x = binding.in(0);
            float[] y = binding.out(0);
            Workers workers = binding.workers();
            Workers.Task blocks = new Blocks(function, binding.kernels(), x, y, size);
            return () -> workers.run(Math.ceilDiv(size, BLOCK), blocks);
        });
    }

    /** The work on one block. */
    private record Blocks(Function function, Kernels kernels, float[] x, float[] y, int size) implements Workers.Task {
        @Override
        public void run(int piece, int worker) {
            int at = piece * BLOCK;
            function.apply(kernels, x, y, at, Math.min(size - at, BLOCK));
        }
    }

    static Function hardSigmoid(float alpha, float beta) {
        return (kernels, x, y, at, n) -> kernels.affineClip(x, at, y, at, n, alpha, beta, 0, 1);
    }

    /** x times the sigmoid of {@code alpha} x. */
    static Function swish(float alpha) {
        float infinity = Float.POSITIVE_INFINITY;
        return (kernels, x, y, at, n) -> {
            // Piece by piece, so that the second pass finds what the first has left in the L1 cache.
            for (int i = at; i < at + n; i += NEAR) {
                int count = Math.min(NEAR, at + n - i);
                if (alpha == 1) {
                    kernels.functions().sigmoid(x, i, y, i, count);
                } else {
                    kernels.affineClip(x, i, y, i, count, alpha, 0, -infinity, infinity);
                    kernels.functions().sigmoid(y, i, y, i, count);
                }
                kernels.multiply(x, i, y, i, y, i, count);
            }
        };
    }

    /** x, or {@code alpha (e^x - 1)} below 0, which is the larger of the two for an {@code alpha} of at most 1. */
    static Function elu(float alpha) {
        float infinity = Float.POSITIVE_INFINITY;
        return (kernels, x, y, at, n) -> {
            kernels.affineClip(x, at, y, at, n, 1, 0, -infinity, 0);
            kernels.functions().exp(y, at, y, at, n);
            kernels.affineClip(y, at, y, at, n, alpha, -alpha, -infinity, infinity);
            kernels.maximum(x, at, y, at, n);
        };
    }

    /** x times {@link #hardSigmoid} of 1/6 and 1/2. */
    static void hardSwish(Kernels kernels, float[] x, float[] y, int at, int n) {
        kernels.affineClip(x, at, y, at, n, 1 / 6f, 0.5f, 0, 1);
        kernels.multiply(x, at, y, at, y, at, n);
    }

    /** {@code x (1 + erf(x / sqrt 2)) / 2}. */
    static void gelu(Kernels kernels, float[] x, float[] y, int at, int n) {
        kernels.affineClip(
                x, at, y, at, n, (float) Math.sqrt(0.5), 0, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);
        kernels.functions().erf(y, at, y, at, n);
        kernels.affineClip(y, at, y, at, n, 0.5f, 0.5f, 0, 1);
        kernels.multiply(x, at, y, at, y, at, n);
    }

    static float geluTanh(float x) {
        double inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
        return (float) (0.5 * x * (1 + Math.tanh(inner)));
    }
}
