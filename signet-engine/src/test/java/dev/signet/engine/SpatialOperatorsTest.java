package dev.signet.engine;

import dev.signet.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pools, reductions and Resize on random shapes and attributes, against ONNX Runtime. */
class SpatialOperatorsTest {
    static IntStream seeds() {
        return Cases.seeds();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void pools(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int rank = cases.between(1, 2);
        int[] dims = new int[rank + 2];
        dims[0] = cases.between(1, 2);
        dims[1] = cases.between(1, 5);
        long[] kernel = cases.list(rank, 2, 4);
        long[] pads = new long[2 * rank];
        for (int i = 0; i < rank; i++) {
            dims[i + 2] = (int) kernel[i] + cases.between(0, 20);
            pads[i] = cases.between(0, (int) kernel[i] / 2);
            pads[i + rank] = cases.between(0, (int) kernel[i] / 2);
        }
        Tensor x = cases.tensor(dims);
        long[] strides = cases.list(rank, 1, 3);
        int ceil = cases.between(0, 1);
        OneNode.of("MaxPool", cases.opset(10))
                .input(x)
                .list("kernel_shape", kernel)
                .list("strides", strides)
                .list("pads", pads)
                .attribute("ceil_mode", ceil)
                .check();
        // With different padding at each side ONNX Runtime 1.23 counts by the wrong one.
        Arrays.fill(pads, cases.between(0, 1));
        OneNode.of("AveragePool", cases.opset(19))
                .input(x)
                .list("kernel_shape", kernel)
                .list("strides", strides)
                .list("pads", pads)
                .attribute("ceil_mode", ceil)
                .attribute("count_include_pad", cases.between(0, 1))
                .check();
        OneNode.of("AveragePool", cases.between(7, 18))
                .input(x)
                .list("kernel_shape", kernel)
                .list("strides", strides)
                .list("pads", pads)
                .attribute("count_include_pad", cases.between(0, 1))
                .check();
        String automatic = cases.oneOf("SAME_UPPER", "SAME_LOWER", "VALID");
        for (String operator : new String[] {"MaxPool", "AveragePool"}) {
            OneNode.of(operator, cases.opset(8))
                    .input(x)
                    .list("kernel_shape", kernel)
                    .list("strides", strides)
                    .attribute("auto_pad", automatic)
                    .check();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void dilatedMaxPool(int seed) throws Exception {
        Cases cases = new Cases(seed);
        OneNode.of("MaxPool", cases.opset(10))
                .input(cases.tensor(1, 3, cases.between(9, 20), cases.between(9, 20)))
                .list("kernel_shape", cases.list(2, 2, 3))
                .list("dilations", cases.list(2, 1, 3))
                .list("strides", cases.list(2, 1, 2))
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void reductions(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int rank = cases.between(1, 4);
        Tensor x = cases.tensor(cases.dims(rank, 8));
        int keep = cases.between(0, 1);
        long axis = cases.between(-rank, rank - 1);
        for (String operator : new String[] {"ReduceMean", "ReduceMax", "ReduceMin"}) {
            OneNode.of(operator, cases.opset(18))
                    .input(x)
                    .constants(axis)
                    .attribute("keepdims", keep)
                    .check();
            OneNode.of(operator, cases.between(11, 17))
                    .input(x)
                    .list("axes", axis)
                    .attribute("keepdims", keep)
                    .check();
            OneNode.of(operator, cases.between(11, 17))
                    .input(x)
                    .attribute("keepdims", keep)
                    .check();
        }
        OneNode.of("ReduceSum", cases.opset(13)).input(x).constants(axis).check();
        OneNode.of("ReduceSum", 11).input(x).list("axes", axis).check();
        if (rank == 4) {
            OneNode.of("ReduceMean", 13).input(x).list("axes", 2, 3).check();
            OneNode.of("ReduceMean", 13)
                    .input(x)
                    .list("axes", 1, 3)
                    .attribute("keepdims", 0)
                    .check();
        }
    }

    @ParameterizedTest
    @CsvSource({"GlobalAveragePool, 7", "GlobalMaxPool, 7", "GlobalAveragePool, 21", "GlobalMaxPool, 21"})
    void globalPools(String operator, int opset) throws Exception {
        OneNode.of(operator, opset).input(new Cases(1).tensor(2, 5, 7, 9)).check();
        OneNode.of(operator, opset).input(new Cases(2).tensor(1, 3, 11)).check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void resizeNearest(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = {1, cases.between(1, 3), cases.between(1, 9), cases.between(2, 9)};
        String coordinates = cases.oneOf("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel");
        OneNode node =
                OneNode.of("Resize", cases.opset(11)).input(cases.tensor(dims)).constant(Tensor.of(new float[0], 0));
        scale(cases, node, dims);
        node.attribute("mode", "nearest")
                .attribute("coordinate_transformation_mode", coordinates)
                .attribute("nearest_mode", cases.oneOf("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"))
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void resizeLinear(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = {cases.between(1, 2), cases.between(1, 3), cases.between(2, 9), cases.between(2, 9)};
        String coordinates =
                cases.oneOf("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel", "half_pixel_symmetric");
        int opset = coordinates.equals("half_pixel_symmetric") ? 19 : cases.opset(11);
        OneNode node = OneNode.of("Resize", opset).input(cases.tensor(dims)).constant(Tensor.of(new float[0], 0));
        scale(cases, node, dims);
        node.attribute("mode", "linear")
                .attribute("coordinate_transformation_mode", coordinates)
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void resizeCubic(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = {1, cases.between(1, 3), cases.between(2, 9), cases.between(2, 9)};
        OneNode node =
                OneNode.of("Resize", cases.opset(11)).input(cases.tensor(dims)).constant(Tensor.of(new float[0], 0));
        scale(cases, node, dims);
        node.attribute("mode", "cubic")
                .attribute("cubic_coeff_a", cases.oneOf(-0.75f, -0.5f))
                .attribute("exclude_outside", cases.between(0, 1))
                .attribute("coordinate_transformation_mode", cases.oneOf("half_pixel", "asymmetric", "align_corners"))
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void resizeAntialiased(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = {1, cases.between(1, 3), cases.between(6, 19), cases.between(6, 19)};
        OneNode.of("Resize", 18)
                .input(cases.tensor(dims))
                .none()
                .none()
                .constants(1, dims[1], cases.between(2, dims[2]), cases.between(2, dims[3]))
                .attribute("mode", cases.oneOf("linear", "cubic"))
                .attribute("antialias", 1)
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void resizeOfRegion(int seed) throws Exception {
        Cases cases = new Cases(seed);
        float start = 0.1f * cases.between(-2, 4);
        OneNode.of("Resize", cases.opset(11))
                .input(cases.tensor(1, 2, cases.between(4, 9), cases.between(4, 9)))
                .constant(Tensor.of(new float[] {0, 0, start, 0.1f, 1, 1, start + 0.6f, 0.9f}, 8))
                .constant(Tensor.of(new float[0], 0))
                .constants(1, 2, cases.between(2, 9), cases.between(2, 9))
                .attribute("mode", cases.oneOf("linear", "nearest"))
                .attribute("coordinate_transformation_mode", "tf_crop_and_resize")
                .attribute("extrapolation_value", 7f)
                .check();
    }

    private static void scale(Cases cases, OneNode node, int[] dims) {
        if (cases.maybe()) {
            float y = cases.oneOf(0.5f, 1f, 1.5f, 2f, 3f, 2.7f);
            float x = cases.oneOf(0.6f, 1f, 1.3f, 2f, 4f);
            node.constant(Tensor.of(new float[] {1, 1, y, x}, 4));
        } else {
            node.constant(Tensor.of(new float[0], 0))
                    .constants(dims[0], dims[1], cases.between(1, 20), cases.between(1, 20));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void upsample(int seed) throws Exception {
        Cases cases = new Cases(seed);
        Tensor x = cases.tensor(1, 2, cases.between(1, 6), cases.between(1, 6));
        String mode = cases.oneOf("nearest", "linear");
        OneNode.of("Upsample", 9)
                .input(x)
                .constant(Tensor.of(new float[] {1, 1, 2, 3}, 4))
                .attribute("mode", mode)
                .check();
        OneNode.of("Upsample", 7)
                .input(x)
                .list("scales", 1f, 1f, 2f, 2f)
                .attribute("mode", mode)
                .check();
        OneNode.of("Resize", 10)
                .input(x)
                .constant(Tensor.of(new float[] {1, 1, 2, 1.5f}, 4))
                .attribute("mode", mode)
                .check();
    }
}
