package dev.signet.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signet.core.compute.Workers;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operators with indices, which each run may compute, against ONNX Runtime. */
class IndexingOperatorsTest {
    static IntStream seeds() {
        return Cases.seeds();
    }

    private static Tensor indices(Cases cases, int size, int... dims) {
        long[] values = cases.list(new Shape(dims).size(), -size, size - 1);
        return Tensor.ofLongs(values, dims);
    }

    private static OneNode given(Cases cases, OneNode node, Tensor indices) {
        return cases.maybe() ? node.input(indices) : node.constant(indices);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void gather(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = cases.dims(cases.between(1, 4), 5);
        int axis = cases.between(0, dims.length - 1);
        OneNode node = OneNode.of("Gather", cases.opset(11))
                .input(cases.maybe() ? cases.tensor(dims) : cases.integers(dims))
                .attribute("axis", axis);
        given(cases, node, indices(cases, dims[axis], cases.dims(cases.between(0, 3), 4)))
                .check(1, 0);
        int[] some = dims.clone();
        some[axis] = cases.between(1, 7);
        OneNode elements = OneNode.of("GatherElements", cases.opset(11))
                .input(cases.tensor(dims))
                .attribute("axis", axis);
        given(cases, elements, indices(cases, dims[axis], some)).check(1, 0);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void scatter(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = cases.dims(cases.between(1, 4), 5);
        int axis = cases.between(0, dims.length - 1);
        // One index along the axis: where several meet, the order is nobody's.
        int[] some = dims.clone();
        some[axis] = 1;
        OneNode node = OneNode.of("ScatterElements", cases.between(16, 21))
                .input(cases.tensor(dims))
                .attribute("axis", axis)
                .attribute("reduction", cases.oneOf("none", "add", "mul"));
        given(cases, node, indices(cases, dims[axis], some))
                .input(cases.tensor(some))
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void tuples(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = cases.dims(cases.between(2, 4), 4);
        int length = cases.between(1, dims.length);
        int smallest = Arrays.stream(dims).limit(length).min().orElseThrow();
        int count = cases.between(1, 5);
        OneNode gather = OneNode.of("GatherND", cases.opset(12)).input(cases.tensor(dims));
        given(cases, gather, indices(cases, smallest, 2, count, length)).check(1, 0);
        int[] updates = new int[1 + dims.length - length];
        updates[0] = 1;
        System.arraycopy(dims, length, updates, 1, dims.length - length);
        OneNode scatter = OneNode.of("ScatterND", cases.opset(11)).input(cases.tensor(dims));
        given(cases, scatter, indices(cases, smallest, 1, length))
                .input(cases.tensor(updates))
                .check(1, 0);
    }

    @Test
    void anIndexOutsideOfItsDimensionIsAnError() {
        Cases cases = new Cases(1);
        OneNode node = OneNode.of("Gather", 13).input(cases.tensor(3, 4)).input(Tensor.ofLongs(new long[] {3}, 1));
        assertThatThrownBy(() -> node.inEngine(1, Workers.CALLER)).hasMessageContaining("index 3");
    }
}
