package dev.signet.engine;

import dev.signet.engine.tensor.Tensor;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Activations, arithmetic and normalizations on random shapes, against ONNX Runtime. */
class ElementwiseOperatorsTest {
    static IntStream seeds() {
        return Cases.seeds();
    }

    @ParameterizedTest
    @CsvSource({
        "Relu, 7", "Relu, 14", "Sigmoid, 7", "Sigmoid, 13", "Tanh, 7", "Tanh, 13", "HardSwish, 14", "Exp, 13",
                "Neg, 13",
        "Abs, 13", "Floor, 13", "Ceil, 13", "Erf, 13", "Softplus, 7", "Softsign, 7", "Mish, 18", "Gelu, 20",
                "Identity, 7",
        "Identity, 14", "Elu, 7", "Selu, 7", "HardSigmoid, 7", "LeakyRelu, 7", "LeakyRelu, 16", "Dropout, 7",
                "Dropout, 12"
    })
    void functions(String operator, int opset) throws Exception {
        Cases cases = new Cases(opset);
        for (int[] dims : new int[][] {{}, {1}, {7}, {2, 3, 5, 7}, {1, 33, 31, 17}}) {
            OneNode.of(operator, opset).input(cases.tensor(dims)).check();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Log", "Sqrt", "Reciprocal"})
    void functionsOfPositiveNumbers(String operator) throws Exception {
        OneNode.of(operator, 13).input(new Cases(1).positive(3, 50)).check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void attributes(int seed) throws Exception {
        Cases cases = new Cases(seed);
        Tensor x = cases.tensor(cases.dims(4, 9));
        OneNode.of("LeakyRelu", cases.opset(7))
                .input(x)
                .attribute("alpha", 0.3f)
                .check();
        OneNode.of("HardSigmoid", cases.opset(7))
                .input(x)
                .attribute("alpha", 0.3f)
                .attribute("beta", 0.4f)
                .check();
        OneNode.of("Elu", cases.opset(7)).input(x).attribute("alpha", 0.7f).check();
        OneNode.of("Clip", 7)
                .input(x)
                .attribute("min", -0.5f)
                .attribute("max", 0.7f)
                .check();
        OneNode.of("Clip", 7).input(x).attribute("max", 0.7f).check();
        OneNode.of("Clip", cases.opset(11)).input(x).check();
        OneNode.of("Clip", cases.opset(11))
                .input(x)
                .input(Tensor.of(new float[] {-0.4f}))
                .check();
        Tensor low = Tensor.of(new float[] {-0.4f});
        Tensor high = Tensor.of(new float[] {0.9f});
        OneNode.of("Clip", cases.opset(11))
                .input(x)
                .constant(low)
                .constant(high)
                .check();
        OneNode.of("Clip", cases.opset(11)).input(x).none().input(high).check();
        OneNode.of("Clip", cases.opset(12))
                .input(cases.integers(3, 4))
                .constant(Tensor.ofLongs(new long[] {-3}))
                .check();
        OneNode.of("Gelu", 20).input(x).attribute("approximate", "tanh").check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void prelu(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int c = cases.between(1, 9);
        int[][] slopes = {{1}, {c, 1, 1}, {1, c, 1, 1}, {2, c, 3, 5}};
        OneNode.of("PRelu", cases.opset(7))
                .input(cases.tensor(2, c, 3, 5))
                .constant(cases.tensor(cases.oneOf(slopes)))
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void arithmetic(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] full = cases.dims(4, 9);
        Tensor a = cases.positive(some(cases, full));
        Tensor b = cases.positive(some(cases, full));
        for (String operator : new String[] {"Add", "Sub", "Mul", "Div", "Pow"}) {
            OneNode.of(operator, cases.opset(7)).input(a).input(b).check();
            OneNode.of(operator, cases.opset(7)).input(a).constant(b).check();
            OneNode.of(operator, cases.opset(7)).constant(a).input(b).check();
        }
        Tensor p = cases.integers(some(cases, full));
        Tensor q = cases.integers(some(cases, full));
        for (String operator : new String[] {"Add", "Sub", "Mul"}) {
            OneNode.of(operator, cases.opset(7)).input(p).input(q).check();
        }
        OneNode.of("Div", 13).input(p).constant(Tensor.ofLongs(new long[] {-3})).check();
        OneNode.of("Mod", 13).input(p).constant(Tensor.ofLongs(new long[] {-3})).check();
        OneNode.of("Mod", 13)
                .attribute("fmod", 1)
                .input(p)
                .constant(Tensor.ofLongs(new long[] {-3}))
                .check();
        OneNode.of("Mod", 13).attribute("fmod", 1).input(a).input(b).check();
        for (String operator : new String[] {"Min", "Max", "Sum"}) {
            OneNode.of(operator, cases.opset(8))
                    .input(a)
                    .input(b)
                    .input(cases.tensor(full))
                    .check();
            OneNode.of(operator, cases.opset(8)).input(a).check();
        }
    }

    // Some of the dimensions, some of them 1: what can be broadcast.
    private static int[] some(Cases cases, int[] full) {
        int from = cases.between(0, full.length);
        int[] dims = new int[full.length - from];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = cases.maybe() ? full[from + i] : 1;
        }
        return dims;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void normalizations(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int c = cases.between(1, 9);
        int[] dims = new int[] {cases.between(1, 3), c, cases.between(1, 20), cases.between(2, 20)};
        Tensor x = cases.tensor(dims);
        OneNode.of("BatchNormalization", cases.opset(9))
                .input(x)
                .constant(cases.tensor(c))
                .constant(cases.tensor(c))
                .constant(cases.tensor(c))
                .constant(cases.positive(c))
                .attribute("epsilon", cases.oneOf(1e-5f, 1e-2f))
                .check();
        OneNode.of("InstanceNormalization", cases.opset(7))
                .input(x)
                .constant(cases.tensor(c))
                .constant(cases.tensor(c))
                .attribute("epsilon", 1e-3f)
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void softmax(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int rank = cases.between(1, 4);
        Tensor x = cases.tensor(cases.dims(rank, 7));
        for (String operator : new String[] {"Softmax", "LogSoftmax"}) {
            OneNode.of(operator, cases.opset(13))
                    .input(x)
                    .attribute("axis", cases.between(-rank, rank - 1))
                    .check();
            OneNode.of(operator, cases.between(7, 12))
                    .input(x)
                    .attribute("axis", cases.between(0, rank - 1))
                    .check();
            OneNode.of(operator, cases.opset(13)).input(x).check();
        }
    }
}
