package dev.signet.engine;

import static dev.signet.engine.tensor.Tensor.ofLongs;

import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.tensor.ElementType;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operators that move elements or change shapes, against ONNX Runtime. */
class MovementOperatorsTest {
    static IntStream seeds() {
        return Cases.seeds();
    }

    private static Tensor any(Cases cases, int... dims) {
        return cases.maybe() ? cases.tensor(dims) : cases.integers(dims);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void transpose(int seed) throws Exception {
        Cases cases = new Cases(seed);
        Tensor x = any(cases, cases.dims(4, 12));
        long[][] orders = {{0, 2, 3, 1}, {0, 3, 1, 2}, {3, 2, 1, 0}, {0, 1, 3, 2}, {1, 0, 2, 3}, {2, 3, 0, 1}};
        OneNode.of("Transpose", cases.opset(7))
                .input(x)
                .list("perm", cases.oneOf(orders))
                .check();
        OneNode.of("Transpose", cases.opset(7)).input(x).check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void slice(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = cases.dims(3, 9);
        Tensor x = any(cases, dims);
        OneNode.of("Slice", cases.opset(10))
                .input(x)
                .constants(cases.list(2, -10, 10))
                .constants(cases.list(2, -11, 11))
                .constants(cases.oneOf(new long[] {0, 2}, new long[] {-1, 1}, new long[] {1, 0}))
                .constants(cases.oneOf(-2L, -1L, 1L, 2L), cases.oneOf(-3L, 1L, 3L))
                .check();
        OneNode.of("Slice", cases.opset(10))
                .input(x)
                .constants(0, -1)
                .constants(Long.MAX_VALUE, 100)
                .check();
        OneNode.of("Slice", 10)
                .input(x)
                .constants(-1)
                .constants(Long.MIN_VALUE)
                .constants(1)
                .constants(-1)
                .check();
        OneNode.of("Slice", 7)
                .input(x)
                .list("starts", 1, 0)
                .list("ends", 5, -1)
                .list("axes", 2, 0)
                .check();
        OneNode.of("Slice", 7)
                .input(x)
                .list("starts", 0, -3)
                .list("ends", 100, 100)
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void splitAndConcat(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = cases.dims(4, 5);
        int axis = cases.between(0, 3);
        int first = cases.between(0, dims[axis]);
        Tensor x = any(cases, dims);
        OneNode.of("Split", cases.opset(13))
                .input(x)
                .constants(first, dims[axis] - first)
                .attribute("axis", axis)
                .check(2, 0);
        OneNode.of("Split", cases.between(7, 12))
                .input(x)
                .list("split", first, dims[axis] - first)
                .attribute("axis", axis)
                .check(2, 0);
        int[] other = dims.clone();
        other[axis] = cases.between(1, 6);
        OneNode.of("Concat", cases.opset(7))
                .input(cases.tensor(dims))
                .input(cases.tensor(other))
                .constant(cases.tensor(dims))
                .attribute("axis", axis)
                .check();
    }

    @Test
    void splitEvenly() throws Exception {
        Cases cases = new Cases(3);
        OneNode.of("Split", 13)
                .input(cases.tensor(2, 6, 3))
                .attribute("axis", 1)
                .check(3, 0);
        for (int opset = 18; opset <= 21; opset++) {
            OneNode.of("Split", opset)
                    .input(cases.tensor(2, 7))
                    .attribute("axis", -1)
                    .attribute("num_outputs", 3)
                    .check(3, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void gather(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = cases.dims(3, 6);
        int axis = cases.between(-3, 2);
        int size = dims[Math.floorMod(axis, 3)];
        OneNode.of("Gather", cases.opset(11))
                .input(any(cases, dims))
                .constant(ofLongs(cases.list(6, -size, size - 1), 2, 3))
                .attribute("axis", axis)
                .check();
        OneNode.of("Gather", 13)
                .input(any(cases, dims))
                .constant(ofLongs(new long[] {0}))
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void pad(int seed) throws Exception {
        Cases cases = new Cases(seed);
        Tensor x = cases.tensor(cases.between(1, 3), cases.between(1, 3), cases.between(4, 9), cases.between(4, 9));
        long[] pads = {0, 0, cases.between(0, 3), cases.between(0, 3), 0, 0, cases.between(0, 3), cases.between(0, 3)};
        for (String mode : new String[] {"constant", "edge", "reflect"}) {
            OneNode.of("Pad", cases.opset(11))
                    .input(x)
                    .constants(pads)
                    .attribute("mode", mode)
                    .check();
            OneNode.of("Pad", cases.between(7, 10))
                    .input(x)
                    .list("pads", pads)
                    .attribute("mode", mode)
                    .check();
        }
        OneNode.of("Pad", cases.opset(19))
                .input(x)
                .constants(pads)
                .attribute("mode", "wrap")
                .check();
        OneNode.of("Pad", 13)
                .input(x)
                .constants(1, 2, 3, 0, 0, 2, 1, 1)
                .constant(Tensor.of(new float[] {3}))
                .check();
        OneNode.of("Pad", 13).input(x).constants(0, 0, -1, 2, 0, 0, 1, -2).check();
        OneNode.of("Pad", 18)
                .input(x)
                .constants(1, 2, 0, 3)
                .none()
                .constants(-1, 2)
                .check();
        OneNode.of("Pad", 10).input(x).list("pads", pads).attribute("value", 5f).check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void depthToSpace(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int block = cases.between(1, 3);
        Tensor x = cases.tensor(2, block * block * cases.between(1, 3), cases.between(1, 5), cases.between(1, 5));
        OneNode.of("DepthToSpace", cases.opset(7))
                .input(x)
                .attribute("blocksize", block)
                .check();
        OneNode.of("DepthToSpace", cases.opset(11))
                .input(x)
                .attribute("blocksize", block)
                .attribute("mode", cases.oneOf("DCR", "CRD"))
                .check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void reshape(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int[] dims = cases.dims(3, 6);
        Tensor x = any(cases, dims);
        OneNode.of("Reshape", cases.opset(7)).input(x).constants(0, -1).check();
        OneNode.of("Reshape", cases.opset(7)).input(x).constants(-1).check();
        OneNode.of("Reshape", 14)
                .input(x)
                .constants(1, x.size(), 1)
                .attribute("allowzero", 1)
                .check();
        OneNode.of("Flatten", cases.opset(9))
                .input(x)
                .attribute("axis", cases.between(0, 3))
                .check();
        OneNode.of("Flatten", cases.opset(11))
                .input(x)
                .attribute("axis", cases.between(-3, -1))
                .check();
        OneNode.of("Flatten", 9).input(x).check();
        OneNode.of("Unsqueeze", cases.opset(13))
                .input(x)
                .constants(cases.between(-4, 3))
                .check();
        OneNode.of("Unsqueeze", cases.between(7, 12))
                .input(x)
                .list("axes", 0, 3)
                .check();
        Tensor thin = any(cases, 1, dims[0], 1, dims[1]);
        OneNode.of("Squeeze", cases.opset(13)).input(thin).constants(0, -2).check();
        OneNode.of("Squeeze", cases.between(7, 12)).input(thin).list("axes", 2).check();
        OneNode.of("Squeeze", cases.opset(7)).input(thin).check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void expandAndTile(int seed) throws Exception {
        Cases cases = new Cases(seed);
        Tensor x = any(cases, cases.between(1, 4), 1, cases.between(1, 4));
        OneNode.of("Expand", cases.opset(8)).input(x).constants(2, 1, 5, 1).check();
        OneNode.of("Tile", cases.opset(7))
                .input(x)
                .constants(cases.list(3, 1, 3))
                .check();
    }

    @Test
    void shapes() throws Exception {
        Tensor x = new Cases(1).tensor(2, 3, 5);
        OneNode.of("Shape", 13).input(x).check();
        OneNode.of("Shape", 15).input(x).attribute("start", 1).check();
        OneNode.of("Shape", 15)
                .input(x)
                .attribute("start", -2)
                .attribute("end", -1)
                .check();
        OneNode.of("Size", 13).input(x).check();
    }

    @Test
    void constants() throws Exception {
        OneNode.of("ConstantOfShape", 9).constants(2, 3).check();
        OneNode.of("ConstantOfShape", 9)
                .constants(2, 3)
                .attribute("value", Tensor.of(new float[] {4}, 1))
                .check();
        OneNode.of("ConstantOfShape", 9)
                .constants(5)
                .attribute("value", ofLongs(new long[] {7}, 1))
                .check();
        OneNode.of("Constant", 9).attribute("value", new Cases(1).tensor(2, 3)).check();
        OneNode.of("Constant", 12).attribute("value_float", 3f).check();
        OneNode.of("Constant", 12).attribute("value_int", 3).check();
        OneNode.of("Constant", 12).list("value_floats", 1f, 2f).check();
        OneNode.of("Constant", 12).list("value_ints", 1, 2).check();
    }

    @Test
    void casts() throws Exception {
        Tensor x = Tensor.of(new float[] {-2.7f, -0.5f, 0, 0.5f, 1.5f, 100.25f}, 6);
        for (ElementType to :
                new ElementType[] {ElementType.INT64, ElementType.INT32, ElementType.BOOL, ElementType.FLOAT}) {
            OneNode.of("Cast", 13).input(x).attribute("to", to.number()).check();
        }
        OneNode.of("Cast", 9)
                .input(ofLongs(new long[] {-1, 0, 300}, 3))
                .attribute("to", 1)
                .check();
        OneNode.of("Cast", 9)
                .input(ofLongs(new long[] {-1, 0, 300}, 3))
                .attribute("to", 3)
                .check();
    }
}
