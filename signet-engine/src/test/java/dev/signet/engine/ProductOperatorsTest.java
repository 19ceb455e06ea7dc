package dev.signet.engine;

import dev.signet.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Conv, ConvTranspose, Gemm and MatMul on random shapes and attributes, against ONNX Runtime. */
class ProductOperatorsTest {
    static IntStream seeds() {
        return Cases.seeds();
    }

    private static int[] join(int a, int b, int... rest) {
        int[] all = new int[rest.length + 2];
        all[0] = a;
        all[1] = b;
        System.arraycopy(rest, 0, all, 2, rest.length);
        return all;
    }

    private static OneNode operand(Cases cases, OneNode node, Tensor value) {
        return cases.maybe() ? node.constant(value) : node.input(value);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void conv(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int rank = cases.between(1, 3);
        int groups = cases.oneOf(1, 1, 2, 3);
        int channels = cases.between(1, 5);
        int filters = cases.between(1, 20);
        int[] kernel = cases.dims(rank, 5);
        long[] strides = cases.list(rank, 1, 3);
        long[] dilations = cases.list(rank, 1, 2);
        int[] size = new int[rank];
        for (int i = 0; i < rank; i++) {
            size[i] = (kernel[i] - 1) * (int) dilations[i] + cases.between(1, rank == 3 ? 9 : 40);
        }
        OneNode node = OneNode.of("Conv", cases.opset(7))
                .input(cases.tensor(join(cases.between(1, 3), channels * groups, size)));
        operand(cases, node, cases.tensor(join(filters * groups, channels, kernel)));
        if (cases.maybe()) {
            node.constant(cases.tensor(filters * groups));
        }
        node.attribute("group", groups).list("strides", strides);
        String automatic = cases.oneOf("NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID");
        if (automatic.startsWith("SAME")) {
            // ONNX Runtime does not do SAME with dilations in every version.
            Arrays.fill(dilations, 1);
        }
        if (automatic.equals("NOTSET")) {
            node.list("pads", cases.list(2 * rank, 0, 3));
        } else {
            node.attribute("auto_pad", automatic);
        }
        if (cases.maybe()) {
            node.list("kernel_shape", Arrays.stream(kernel).asLongStream().toArray());
        }
        node.list("dilations", dilations).check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void depthwiseConv(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int channels = cases.between(1, 33);
        int kernel = cases.oneOf(1, 3, 5);
        int multiplier = cases.between(1, 2);
        OneNode.of("Conv", 13)
                .input(cases.tensor(cases.between(1, 2), channels, cases.between(5, 40), cases.between(5, 40)))
                .constant(cases.tensor(channels * multiplier, 1, kernel, kernel))
                .attribute("group", channels)
                .list("strides", cases.list(2, 1, 2))
                .list("pads", cases.list(4, 0, 2))
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void deepConv(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int kernel = cases.oneOf(1, 3);
        int channels = cases.between(20, 130);
        OneNode.of("Conv", 13)
                .input(cases.tensor(1, channels, cases.between(3, 30), cases.between(3, 30)))
                .constant(cases.tensor(cases.between(1, 70), channels, kernel, kernel))
                .list("strides", cases.list(2, 1, 2))
                .list("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2)
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void convInBandsOfUnequalSize(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int channels = cases.between(1, 40);
        int kernel = cases.oneOf(1, 3, 5);
        OneNode.of("Conv", 13)
                .input(cases.tensor(1, channels, cases.between(30, 150), cases.between(30, 150)))
                .constant(cases.tensor(cases.between(1, 90), channels, kernel, kernel))
                .list("strides", cases.list(2, 1, 2))
                .list("pads", cases.list(4, 0, 2))
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void convTranspose(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int rank = cases.between(1, 2);
        int groups = cases.oneOf(1, 1, 2, 3);
        int channels = cases.between(1, 5);
        int filters = cases.between(1, 14);
        int[] kernel = cases.dims(rank, 5);
        long[] strides = cases.list(rank, 1, 3);
        int[] size = cases.dims(rank, 12);
        OneNode node = OneNode.of("ConvTranspose", cases.opset(7))
                .input(cases.tensor(join(cases.between(1, 3), channels * groups, size)));
        operand(cases, node, cases.tensor(join(channels * groups, filters, kernel)));
        if (cases.maybe()) {
            node.constant(cases.tensor(filters * groups));
        }
        node.attribute("group", groups).list("strides", strides);
        switch (cases.between(0, 3)) {
            case 0 -> node.attribute("auto_pad", "VALID");
            case 1 -> {
                long[] shape = new long[rank];
                for (int i = 0; i < rank; i++) {
                    shape[i] = Math.max(1, (size[i] - 1) * strides[i] + kernel[i] - cases.between(0, 2));
                }
                node.list("output_shape", shape);
            }
            default -> {
                long[] extra = new long[rank];
                long[] pads = new long[2 * rank];
                for (int i = 0; i < rank; i++) {
                    extra[i] = cases.between(0, (int) strides[i] - 1);
                    long spare = (size[i] - 1) * strides[i] + kernel[i] + extra[i] - 1;
                    pads[i] = cases.between(0, (int) Math.min(2, spare / 2));
                    pads[i + rank] = cases.between(0, (int) Math.min(2, spare / 2));
                }
                node.list("output_padding", extra).list("pads", pads);
                if (cases.maybe()) {
                    node.list("dilations", cases.list(rank, 1, 2));
                }
            }
        }
        node.check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void gemm(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int m = cases.oneOf(1, 1, cases.between(1, 40));
        int n = cases.between(1, 70);
        int depth = cases.oneOf(cases.between(1, 40), cases.between(250, 600));
        boolean transA = cases.maybe();
        boolean transB = cases.maybe();
        OneNode node =
                OneNode.of("Gemm", cases.opset(11)).input(transA ? cases.tensor(depth, m) : cases.tensor(m, depth));
        operand(cases, node, transB ? cases.tensor(n, depth) : cases.tensor(depth, n));
        switch (cases.between(0, 5)) {
            case 0 -> operand(cases, node, cases.tensor(n));
            case 1 -> operand(cases, node, cases.tensor(1, n));
            case 2 -> operand(cases, node, cases.tensor(m, 1));
            case 3 -> operand(cases, node, cases.tensor(m, n));
            case 4 -> operand(cases, node, cases.tensor(1));
            default -> {}
        }
        if (cases.maybe()) {
            node.attribute("alpha", 0.5f).attribute("beta", 2f);
        }
        node.attribute("transA", transA ? 1 : 0)
                .attribute("transB", transB ? 1 : 0)
                .check();
    }

    @ParameterizedTest
    @CsvSource({"7, 1, 5, 300", "9, 3, 40, 17", "10, 1, 16, 64"})
    void gemmOfOldOperatorSets(int opset, int m, int n, int depth) throws Exception {
        Cases cases = new Cases(opset);
        OneNode.of("Gemm", opset)
                .input(cases.tensor(m, depth))
                .constant(cases.tensor(n, depth))
                .constant(cases.tensor(n))
                .attribute("transB", 1)
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void matMul(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int m = cases.between(1, 30);
        // Rows of more than a thousand columns are far apart.
        int n = cases.between(1, cases.oneOf(70, 70, 1500));
        int depth = cases.between(1, 300);
        int[][] left = {{depth}, {m, depth}, {2, m, depth}, {3, 1, m, depth}};
        int[][] right = {{depth}, {depth, n}, {2, depth, n}, {1, 2, depth, n}};
        OneNode node = OneNode.of("MatMul", cases.opset(9)).input(cases.tensor(cases.oneOf(left)));
        operand(cases, node, cases.tensor(cases.oneOf(right))).check();
    }
}
