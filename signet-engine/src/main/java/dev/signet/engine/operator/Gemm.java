package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.product.DenseRows;
import dev.signet.engine.product.Epilogue;
import dev.signet.engine.product.FullyConnected;
import dev.signet.engine.product.MatrixMultiplication;
import dev.signet.engine.product.WeightRows;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Gemm: {@code alpha * A' B' + beta * C}, A' and B' transposed or not. */
final class Gemm implements Operator {
    @Override
    public Computation plan(Node node, Operands in) {
        in.floating(0);
        Shape a = in.shape(0, 2, 2);
        Shape b = in.shape(1, 2, 2);
        boolean transA = node.attributes().flag("transA", false);
        boolean transB = node.attributes().flag("transB", false);
        float alpha = node.attributes().number("alpha", 1);
        float beta = node.attributes().number("beta", 1);
        int m = a.dim(transA ? 1 : 0);
        int depth = a.dim(transA ? 0 : 1);
        int n = b.dim(transB ? 0 : 1);
        if (b.dim(transB ? 1 : 0) != depth) {
            throw node.error("matrices %s and %s do not fit together".formatted(a, b));
        }
        Shape y = new Shape(m, n);
        boolean layer = in.get(1).isConstant()
                && !transA
                && (!in.has(2) || in.get(2).value().isPresent())
                && (!in.has(2) || isPerOutput(in.shape(2), n));
        if (!layer && in.get(1).packed().isPresent()) {
            // Rows of the matrix are outputs, whichever way the file has it.
            float[] decoded = in.get(1).packed().get().dequantize();
            return general(in, y, depth, transA, true, alpha, beta, Optional.of(decoded));
        }
        return layer
                ? layer(node, in, y, depth, transB, alpha, beta)
                : general(in, y, depth, transA, transB, alpha, beta, Optional.empty());
    }

    private static boolean isPerOutput(Shape c, int n) {
        return c.size() == 1 || (c.size() == n && c.dim(c.rank() - 1) == n);
    }

    // The usual case: constant weights, one bias for each output.
    private static Computation layer(
            Node node, Operands in, Shape y, int depth, boolean transB, float alpha, float beta) {
        int n = y.dim(1);
        float[] bias = new float[n];
        if (in.has(2)) {
            float[] c = in.numbers(2, "the bias");
            for (int i = 0; i < n; i++) {
                bias[i] = beta * c[c.length == 1 ? 0 : i];
            }
        }
        Epilogue epilogue = Epilogues.of(node, in, n, bias).times(alpha);
        WeightRows rows = in.get(1).packed().isPresent()
                ? Weights.rows(in, 1, 1, n, depth).getFirst()
                : new DenseRows(in.constant(1, "the weight").floats(), 0, n, depth, transB ? depth : 1, transB ? 1 : n);
        FullyConnected layer = FullyConnected.of(in.means(), rows, epilogue, y.dim(0));
        return new Computation.Work(
                        List.of(TensorType.floats(y)),
                        layer.shared(),
                        layer.scratch(),
                        binding -> layer.bind(binding, binding.in(0), binding.out(0)))
                .expecting(layer.estimate());
    }

    private static Computation general(
            Operands in,
            Shape y,
            int depth,
            boolean transA,
            boolean transB,
            float alpha,
            float beta,
            Optional<float[]> decoded) {
        int m = y.dim(0);
        int n = y.dim(1);
        MatrixMultiplication product = MatrixMultiplication.of(m, n, depth, transA, transB);
        Broadcast addend = in.has(2) ? Broadcast.to(y, in.shape(2)) : null;
        return new Computation.Work(List.of(TensorType.floats(y)), product.shared(), product.scratch(), binding -> {
                    float[] c = binding.out(0);
                    float[] right = decoded.map(b -> Arrays.copyOf(b, b.length + Kernels.COLUMNS))
                            .orElseGet(() -> binding.padded(1));
                    Runnable multiply = product.bind(binding, binding.padded(0), right, c);
                    float[] d = addend == null ? c : binding.in(2);
                    int[] from = addend == null ? new int[0] : addend.offsets();
                    return () -> {
                        multiply.run();
                        for (int i = 0; i < m * n; i++) {
                            c[i] = alpha * c[i] + (addend == null ? 0 : beta * d[from[i]]);
                        }
                    };
                })
                .expecting(product.estimate());
    }
}
