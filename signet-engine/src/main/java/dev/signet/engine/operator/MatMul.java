package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.product.DenseRows;
import dev.signet.engine.product.FullyConnected;
import dev.signet.engine.product.MatrixMultiplication;
import dev.signet.engine.product.WeightRows;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/** MatMul with numpy's rules: vectors are promoted to matrices, leading dimensions are broadcast. */
final class MatMul implements Operator {
    @Override
    public Computation plan(Node node, Operands in) {
        in.floating(0);
        in.floating(1);
        Shape a = in.shape(0);
        Shape b = in.shape(1);
        if (a.rank() == 0 || b.rank() == 0) {
            throw node.error("a scalar can not be multiplied as a matrix");
        }
        Shape left = a.rank() == 1 ? new Shape(1, a.dim(0)) : a;
        Shape right = b.rank() == 1 ? new Shape(b.dim(0), 1) : b;
        int depth = left.dim(left.rank() - 1);
        int m = left.dim(left.rank() - 2);
        int n = right.dim(right.rank() - 1);
        if (right.dim(right.rank() - 2) != depth) {
            throw node.error("matrices %s and %s do not fit together".formatted(a, b));
        }
        Shape batch = Broadcast.shape(leading(left), leading(right));
        Shape y = output(batch, a.rank() == 1 ? -1 : m, b.rank() == 1 ? -1 : n);
        if (in.get(1).isConstant() && b.rank() == 2) {
            return layer(node, in, y, Math.multiplyExact(batch.size(), m), n, depth);
        }
        int[] aStarts = starts(batch, leading(left), m * depth);
        int[] bStarts = starts(batch, leading(right), depth * n);
        MatrixMultiplication product = new MatrixMultiplication(m, n, depth, false, false, aStarts, bStarts);
        return new Computation.Work(
                        List.of(TensorType.floats(y)),
                        product.shared(),
                        product.scratch(),
                        binding -> product.bind(binding, binding.in(0), binding.padded(1), binding.out(0)))
                .expecting(product.estimate());
    }

    // A constant matrix on the right is a layer's weights.
    private static Computation layer(Node node, Operands in, Shape y, int batch, int n, int depth) {
        WeightRows rows = in.get(1).packed().isPresent()
                ? Weights.rows(in, 1, 1, n, depth).getFirst()
                : new DenseRows(in.constant(1, "the weight").floats(), 0, n, depth, 1, n);
        FullyConnected layer = FullyConnected.of(in.means(), rows, Epilogues.of(node, in, n, null), batch);
        return new Computation.Work(
                        List.of(TensorType.floats(y)),
                        layer.shared(),
                        layer.scratch(),
                        binding -> layer.bind(binding, binding.in(0), binding.out(0)))
                .expecting(layer.estimate());
    }

    private static Shape leading(Shape shape) {
        return new Shape(Arrays.copyOf(shape.dims(), shape.rank() - 2));
    }

    private static int[] starts(Shape batch, Shape operand, int size) {
        int[] offsets = Broadcast.to(batch, operand).offsets();
        int[] starts = new int[offsets.length];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = Math.multiplyExact(offsets[i], size);
        }
        return starts;
    }

    private static Shape output(Shape batch, int m, int n) {
        int[] dims = Arrays.copyOf(batch.dims(), batch.rank() + (m < 0 ? 0 : 1) + (n < 0 ? 0 : 1));
        int at = batch.rank();
        if (m >= 0) {
            dims[at++] = m;
        }
        if (n >= 0) {
            dims[at] = n;
        }
        return new Shape(dims);
    }
}
