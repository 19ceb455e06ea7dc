package dev.signet.lab.agreement;

import dev.signet.quantize.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Boxes that the network itself has picked: corners [1, boxes, 4] beside scores and classes [1, boxes] each (TensorFlow's), or all
 * in rows of six, {@code corners, score, class}.
 *
 * @param places the output with corners
 * @param scores null where they are in the same rows
 * @param classes null where they are in the same rows
 */
record FinishedBoxes(
        String places, @Nullable String scores, @Nullable String classes) implements BoxReader {
    private static final int ROW = 6;

    static Optional<FinishedBoxes> of(Map<String, Tensor> outputs) {
        if (outputs.size() == 1) {
            var entry = outputs.entrySet().iterator().next();
            return Rows.of(entry.getValue())
                    .filter(rows -> rows.columns() == ROW && rows.rows() > 0 && areFinished(rows))
                    .map(rows -> new FinishedBoxes(entry.getKey(), null, null));
        }
        String places = null;
        String scores = null;
        String classes = null;
        for (var entry : outputs.entrySet()) {
            long[] shape = entry.getValue().shape();
            if (shape.length == 3 && shape[2] == 4) {
                places = entry.getKey();
            } else if (shape.length == 2 && shape[1] > 1) {
                boolean whole = true;
                for (float value : entry.getValue().values()) {
                    whole &= value == Math.rint(value);
                }
                classes = whole ? entry.getKey() : classes;
                scores = whole ? scores : entry.getKey();
            }
        }
        return places == null || scores == null || classes == null
                ? Optional.empty()
                : Optional.of(new FinishedBoxes(places, scores, classes));
    }

    private static boolean areFinished(Rows rows) {
        boolean finished = true;
        for (int i = 0; i < rows.rows(); i++) {
            double kind = rows.at(i, 5);
            finished &= rows.at(i, 2) >= rows.at(i, 0)
                    && rows.at(i, 3) >= rows.at(i, 1)
                    && rows.at(i, 4) >= 0
                    && rows.at(i, 4) <= 1
                    && kind == Math.rint(kind);
        }
        return finished;
    }

    @Override
    public List<Box> read(Map<String, Tensor> outputs) {
        List<Box> boxes = new ArrayList<>();
        Rows rows = Rows.of(Outputs.get(outputs, places)).orElseThrow();
        float[] sure =
                scores == null ? new float[0] : Outputs.get(outputs, scores).values();
        float[] kinds =
                classes == null ? new float[0] : Outputs.get(outputs, classes).values();
        for (int i = 0; i < rows.rows(); i++) {
            boxes.add(new Box(
                    rows.at(i, 0),
                    rows.at(i, 1),
                    rows.at(i, 2),
                    rows.at(i, 3),
                    scores == null ? rows.at(i, 4) : sure[i],
                    (int) (classes == null ? rows.at(i, 5) : kinds[i])));
        }
        return boxes;
    }

    @Override
    public boolean hasClasses() {
        return true;
    }
}
