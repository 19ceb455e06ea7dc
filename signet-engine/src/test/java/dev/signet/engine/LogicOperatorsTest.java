package dev.signet.engine;

import dev.signet.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Comparisons, truth values, choices between tensors and reductions to places, against ONNX Runtime. */
class LogicOperatorsTest {
    static IntStream seeds() {
        return Cases.seeds();
    }

    // Of two operands that are broadcast together.
    private static int[][] shapes(Cases cases) {
        int[] whole = cases.dims(cases.between(1, 4), 5);
        int[] part = Arrays.copyOfRange(whole, cases.between(0, whole.length - 1), whole.length);
        for (int i = 0; i < part.length; i++) {
            part[i] = cases.maybe() ? 1 : part[i];
        }
        return cases.maybe() ? new int[][] {whole, part} : new int[][] {part, whole};
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void comparisons(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[][] shapes = shapes(cases);
        String operator = cases.oneOf("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual");
        boolean integers = cases.maybe();
        OneNode.of(operator, cases.between(16, 19))
                .input(integers ? cases.integers(shapes[0]) : rounded(cases.tensor(shapes[0])))
                .input(integers ? cases.integers(shapes[1]) : rounded(cases.tensor(shapes[1])))
                .check(1, 0);
    }

    // So that some are equal.
    private static Tensor rounded(Tensor x) {
        for (int i = 0; i < x.size(); i++) {
            x.floats()[i] = Math.round(x.floats()[i]);
        }
        return x;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void choicesAndReductionsToPlaces(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = cases.dims(cases.between(1, 4), 6);
        int axis = cases.between(-dims.length, dims.length - 1);
        OneNode.of(cases.oneOf("ArgMax", "ArgMin"), cases.between(12, 18))
                .input(rounded(cases.tensor(dims)))
                .attribute("axis", axis)
                .attribute("keepdims", cases.between(0, 1))
                .attribute("select_last_index", cases.between(0, 1))
                .check(1, 0);
        int n = dims[axis < 0 ? axis + dims.length : axis];
        OneNode.of("TopK", cases.between(11, 18))
                .input(rounded(cases.tensor(dims)))
                .constants(cases.between(1, n))
                .attribute("axis", axis)
                .attribute("largest", cases.between(0, 1))
                .check(2, 0);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void reductions(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = cases.dims(cases.between(1, 4), 6);
        String operator =
                cases.oneOf("ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp");
        OneNode.of(operator, cases.between(13, 17))
                .input(cases.positive(dims))
                .list("axes", cases.between(-dims.length, dims.length - 1))
                .attribute("keepdims", cases.between(0, 1))
                .check();
    }
}
