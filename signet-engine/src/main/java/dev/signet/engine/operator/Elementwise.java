package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.tensor.TensorType;

/** Operators that map every element of one tensor by itself. */
final class Elementwise implements Operator {
    /** A function of one number. */
    @FunctionalInterface
    interface Function {
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
            Workers.Task blocks = new Blocks(function, x, y, size);
            return () -> workers.run(Math.ceilDiv(size, BLOCK), blocks);
        });
    }

    /** The work on one block. */
    private record Blocks(Function function, float[] x, float[] y, int size) implements Workers.Task {
        @Override
        public void run(int piece, int worker) {
            int end = Math.min(size, (piece + 1) * BLOCK);
            for (int i = piece * BLOCK; i < end; i++) {
                y[i] = function.apply(x[i]);
            }
        }
    }

    static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }

    static Function hardSigmoid(float alpha, float beta) {
        return x -> Math.max(0, Math.min(1, alpha * x + beta));
    }

    static float geluTanh(float x) {
        double inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
        return (float) (0.5 * x * (1 + Math.tanh(inner)));
    }

    // A series near 0 and a continued fraction away from it (Abramowitz and Stegun, 7.1.5 and 7.1.14): exact to fp32.
    static float erf(float x) {
        double a = Math.abs((double) x);
        if (a > 6) {
            return Math.signum(x);
        }
        if (a < 2) {
            double term = a;
            double sum = a;
            for (int n = 1; n < 60 && Math.abs(term) > 1e-17 * sum; n++) {
                term *= -a * a / n;
                sum += term / (2 * n + 1);
            }
            return (float) Math.copySign(2 / Math.sqrt(Math.PI) * sum, x);
        }
        double fraction = 0;
        for (int n = 60; n > 0; n--) {
            fraction = n / 2.0 / (a + fraction);
        }
        return (float) Math.copySign(1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction), x);
    }
}
