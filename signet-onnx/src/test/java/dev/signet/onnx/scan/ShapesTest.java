package dev.signet.onnx.scan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShapesTest {
    private static final int[] SHAPE = {2, 3, 4};

    @Test
    void reshapes() {
        assertThat(Shapes.reshape(SHAPE, new long[] {6, 4}, false)).hasValue(new int[] {6, 4});
        assertThat(Shapes.reshape(SHAPE, new long[] {0, -1}, false)).hasValue(new int[] {2, 12});
        assertThat(Shapes.reshape(SHAPE, new long[] {-1}, false)).hasValue(new int[] {24});
        assertThat(Shapes.reshape(SHAPE, new long[] {24, 1, -1}, false)).hasValue(new int[] {24, 1, 1});
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThat(Shapes.reshape(SHAPE, new long[] {5, -1}, false)).isEmpty();
        assertThat(Shapes.reshape(SHAPE, new long[] {-1, -1}, false)).isEmpty();
        assertThat(Shapes.reshape(SHAPE, new long[] {0, -1}, true)).isEmpty();
        assertThat(Shapes.reshape(SHAPE, new long[] {6, 5}, false)).isEmpty();
        assertThat(Shapes.reshape(SHAPE, new long[] {Long.MAX_VALUE, Long.MAX_VALUE}, false))
                .isEmpty();
        assertThat(Shapes.reshape(SHAPE, new long[] {-2, -12}, false)).isEmpty();
        assertThat(Shapes.reshape(SHAPE, new long[] {24, 24, 24, 24, 24, 24, 24, 24}, false))
                .isEmpty();
    }

    @Test
    void squeezesAndUnsqueezes() {
        assertThat(Shapes.unsqueeze(SHAPE, new long[] {0, -1})).hasValue(new int[] {1, 2, 3, 4, 1});
        assertThat(Shapes.unsqueeze(SHAPE, new long[] {5})).isEmpty();
        assertThat(Shapes.unsqueeze(SHAPE, new long[] {1, 1})).isEmpty();
        assertThat(Shapes.squeeze(new int[] {1, 3, 1}, new long[] {0, -1})).hasValue(new int[] {3});
        assertThat(Shapes.squeeze(new int[] {1, 3, 1}, new long[] {1})).isEmpty();
    }
}
