package dev.signet.lab.agreement;

import dev.signet.quantize.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the boxes in a detector's outputs for one picture. */
interface BoxReader {
    /** All boxes, however unsure. */
    List<Box> read(Map<String, Tensor> outputs);

    /** Whether there is more than one class: then two things may lie upon each other. */
    boolean hasClasses();

    /**
     * The reader of a detector.
     *
     * @param outputs for a picture: shapes and values tell what they hold
     * @param height of the network's input
     * @param width of the network's input
     */
    static Optional<BoxReader> of(Map<String, Tensor> outputs, int height, int width) {
        return Stream.<Optional<? extends BoxReader>>of(
                        GridBoxes.of(outputs, height, width),
                        CellBoxes.of(outputs, height, width),
                        StrideBoxes.of(outputs, height, width),
                        FinishedBoxes.of(outputs),
                        ListedBoxes.of(outputs))
                .flatMap(Optional::stream)
                .<BoxReader>map(reader -> reader)
                .findFirst();
    }

    /** The logistic function. */
    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
