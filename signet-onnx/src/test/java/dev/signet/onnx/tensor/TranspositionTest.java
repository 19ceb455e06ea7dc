package dev.signet.onnx.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TranspositionTest {
    @Test
    void transposesAMatrix() {
        float[] values = {1, 2, 3, 4, 5, 6};

        assertThat(Transposition.apply(values, new int[] {2, 3}, new int[] {1, 0}))
                .containsExactly(1, 4, 2, 5, 3, 6);
    }

    /** Element by element, by the definition of ONNX's Transpose; and back again. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void followsTheDefinitionAtEveryRank(int rank) {
        Random random = new Random(rank);
        for (int trial = 0; trial < 20; trial++) {
            int[] shape = random.ints(rank, 1, 5).toArray();
            int[] permutation = permutation(rank, random);
            float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            for (int i = 0; i < values.length; i++) {
                values[i] = i;
            }

            float[] transposed = Transposition.apply(values, shape, permutation);

            int[] after = Transposition.shape(shape, permutation);
            for (int i = 0; i < transposed.length; i++) {
                int[] position = position(i, after);
                int[] before = new int[rank];
                for (int d = 0; d < rank; d++) {
                    before[permutation[d]] = position[d];
                }
                assertThat(transposed[i]).isEqualTo(values[linear(before, shape)]);
            }
            assertThat(Transposition.apply(transposed, after, Transposition.inverse(permutation)))
                    .isEqualTo(values);
        }
    }

    @Test
    void recognizesPermutations() {
        assertThat(Transposition.isPermutation(new int[] {2, 0, 1}, 3)).isTrue();
        assertThat(Transposition.isPermutation(new int[] {2, 0, 2}, 3)).isFalse();
        assertThat(Transposition.isPermutation(new int[] {0, 1}, 3)).isFalse();
        assertThat(Transposition.isPermutation(new int[] {-1, 0, 1}, 3)).isFalse();
        assertThat(Transposition.isIdentity(new int[] {0, 1, 2})).isTrue();
        assertThat(Transposition.isIdentity(new int[] {0, 2, 1})).isFalse();
    }

    private static int[] permutation(int rank, Random random) {
        List<Integer> dimensions = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            dimensions.add(i);
        }
        Collections.shuffle(dimensions, random);
        return dimensions.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] position(int index, int[] shape) {
        int[] position = new int[shape.length];
        int rest = index;
        for (int d = shape.length - 1; d >= 0; d--) {
            position[d] = rest % shape[d];
            rest /= shape[d];
        }
        return position;
    }

    private static int linear(int[] position, int[] shape) {
        int index = 0;
        for (int d = 0; d < shape.length; d++) {
            index = index * shape[d] + position[d];
        }
        return index;
    }
}
