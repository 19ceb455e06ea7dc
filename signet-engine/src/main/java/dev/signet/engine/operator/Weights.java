package dev.signet.engine.operator;

import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.product.DenseRows;
import dev.signet.engine.product.PackedMatrix;
import dev.signet.engine.product.PackedRows;
import dev.signet.engine.product.SignPlanes;
import dev.signet.engine.product.SlabMatrix;
import dev.signet.engine.product.SlabRows;
import dev.signet.engine.product.WeightRows;
import dev.signet.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A node's weights as matrices, one for each group of channels. */
final class Weights {
    private Weights() {}

    /** Weights [filters, ...] whose filters are cut into {@code groups} equal parts. */
    static List<WeightRows> rows(Operands in, int input, int groups, int filters, int depth) {
        int perGroup = filters / groups;
        List<WeightRows> rows = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            if (in.get(input).packed().isPresent()) {
                rows.add(rows(in.get(input).packed().get(), g * perGroup, perGroup, depth));
            } else {
                Tensor weight = in.constant(input, "the weight");
                rows.add(new DenseRows(weight.floats(), g * perGroup * depth, perGroup, depth, depth, 1));
            }
        }
        return rows;
    }

    private static WeightRows rows(SignPlanes planes, int first, int count, int depth) {
        return switch (planes) {
            case PackedMatrix packed -> new PackedRows(KernelChoice.kernels(), packed, first, count, depth);
            case SlabMatrix slabs -> new SlabRows(KernelChoice.kernels(), slabs, first, count);
        };
    }

    /** The same for weights that are computed anew in every run. */
    static List<WeightRows> variable(float[] weight, int groups, int filters, int depth) {
        int perGroup = filters / groups;
        List<WeightRows> rows = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            rows.add(new DenseRows(weight, g * perGroup * depth, perGroup, depth, depth, 1));
        }
        return rows;
    }
}
