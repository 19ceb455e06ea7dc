package dev.signet.lab.task;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signet.lab.dataset.LabelledImages;
import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import org.junit.jupiter.api.Test;

class LabelCheckTest {
    private static final LabelledImages IMAGES = new LabelledImages() {
        @Override
        public int size() {
            return 40;
        }

        @Override
        public Picture image(int index) {
            return Picture.grey(1, 1, new float[1]);
        }

        @Override
        public int label(int index) {
            return index % 4;
        }

        @Override
        public String className(int label) {
            return "c" + label;
        }

        @Override
        public int classes() {
            return 4;
        }
    };

    private static void check(int[] answerOfLabel) {
        int[] labels = new int[40];
        int[] answers = new int[40];
        for (int i = 0; i < 40; i++) {
            labels[i] = IMAGES.label(i);
            answers[i] = answerOfLabel[labels[i]];
        }
        LabelCheck.order(IMAGES, labels, answers, "model.onnx");
    }

    @Test
    void labelsInAnotherOrderAreRefused() {
        assertThatThrownBy(() -> check(new int[] {2, 0, 3, 1}))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("model.onnx")
                .hasMessageContaining("'c0', counted as class 0, are seen as class 2");
    }

    @Test
    void aNetworkThatIsWrongIsMeasured() {
        assertThatCode(() -> check(new int[] {0, 1, 2, 3})).doesNotThrowAnyException();
        // Destroyed: one class for all.
        assertThatCode(() -> check(new int[] {1, 1, 1, 1})).doesNotThrowAnyException();
        // Half of it is right: two classes are taken for each other.
        assertThatCode(() -> check(new int[] {1, 0, 2, 3})).doesNotThrowAnyException();
    }
}
