package dev.signet.engine;

import dev.signet.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RNN, GRU and LSTM, LayerNormalization, Einsum and transposed convolutions of volumes, against ONNX Runtime. */
class RecurrentOperatorsTest {
    static IntStream seeds() {
        return Cases.seeds();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void recurrence(int seed) throws Exception {
        Cases cases = new Cases(seed);
        String operator = cases.oneOf("RNN", "GRU", "LSTM");
        int gates = operator.equals("RNN") ? 1 : operator.equals("GRU") ? 3 : 4;
        String direction = cases.oneOf("forward", "reverse", "bidirectional");
        int directions = direction.equals("bidirectional") ? 2 : 1;
        int inputs = cases.between(1, 20);
        int hidden = cases.between(1, 40);
        int batch = cases.between(1, 3);
        OneNode node = OneNode.of(operator, cases.between(11, 17))
                .input(cases.tensor(cases.between(1, 6), batch, inputs))
                .constant(cases.tensor(directions, gates * hidden, inputs))
                .constant(cases.tensor(directions, gates * hidden, hidden))
                .attribute("hidden_size", hidden)
                .attribute("direction", direction);
        if (operator.equals("GRU")) {
            node.attribute("linear_before_reset", cases.between(0, 1));
        }
        if (cases.maybe()) {
            node.constant(cases.tensor(directions, 2 * gates * hidden));
            if (cases.maybe()) {
                node.none().input(cases.tensor(directions, batch, hidden));
                if (operator.equals("LSTM")) {
                    node.input(cases.tensor(directions, batch, hidden));
                }
            }
        }
        node.check(operator.equals("LSTM") ? 3 : 2, 1e-5);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void layerNormalization(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = cases.dims(cases.between(2, 4), 9);
        // ONNX Runtime refuses to normalize single values.
        dims[dims.length - 1]++;
        int axis = cases.between(0, dims.length - 1);
        int[] normalized = Arrays.copyOfRange(dims, axis, dims.length);
        OneNode node = OneNode.of("LayerNormalization", 17)
                .input(cases.tensor(dims))
                .constant(cases.tensor(normalized))
                .attribute("axis", axis)
                .attribute("epsilon", 1e-3f);
        if (cases.maybe()) {
            node.constant(cases.tensor(normalized));
        }
        // ONNX Runtime sums squares in fp32.
        node.check(1, 1e-4);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void einsum(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int a = cases.between(1, 5);
        int b = cases.between(1, 5);
        int c = cases.between(1, 5);
        int d = cases.between(1, 5);
        switch (seed % 4) {
            case 0 -> equation("abc,cd->abd", cases.tensor(a, b, c), cases.tensor(c, d));
            case 1 -> equation("abc,adc->abd", cases.tensor(a, b, c), cases.tensor(a, d, c));
            case 2 -> equation("ij,jk", cases.tensor(a, b), cases.tensor(b, c));
            default -> equation("abcd,abce->abde", cases.tensor(a, b, c, d), cases.tensor(a, b, c, 3));
        }
    }

    private static void equation(String equation, Tensor x, Tensor y) throws Exception {
        OneNode.of("Einsum", 13)
                .input(x)
                .input(y)
                .attribute("equation", equation)
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void transposedVolumes(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int groups = cases.between(1, 2);
        int channels = groups * cases.between(1, 3);
        int filters = cases.between(1, 3);
        OneNode node = OneNode.of("ConvTranspose", 13)
                .input(cases.tensor(cases.between(1, 2), channels, cases.between(2, 4), cases.between(2, 5), 6))
                .constant(cases.tensor(channels, filters, 2, 3, cases.between(1, 3)))
                .list("strides", cases.between(1, 2), cases.between(1, 3), cases.between(1, 2))
                .list("pads", 0, 1, 0, 1, 0, 0)
                .attribute("group", groups);
        if (cases.maybe()) {
            node.constant(cases.tensor(filters * groups));
        }
        node.check();
    }
}
