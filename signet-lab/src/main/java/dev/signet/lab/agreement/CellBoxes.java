package dev.signet.lab.agreement;

import dev.signet.quantize.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One map whose channels are objectness, place, size and the probabilities of classes: FastestDet. Places are relative to cells,
 * by a hyperbolic tangent; sizes are those of the picture, by the logistic function.
 *
 * @param output its name
 */
record CellBoxes(String output) implements BoxReader {
    private static final int CLASSES = 5;

    static Optional<CellBoxes> of(Map<String, Tensor> outputs, int height, int width) {
        if (outputs.size() != 1 || height == 0) {
            return Optional.empty();
        }
        var entry = outputs.entrySet().iterator().next();
        long[] shape = entry.getValue().shape();
        Rows rows = Rows.ofPlanes(entry.getValue()).orElse(null);
        boolean cells = rows != null
                && rows.columns() > CLASSES + 1
                && height % shape[2] == 0
                && height / shape[2] >= 8
                && width * shape[2] == height * shape[3]
                && rows.areProbabilities(CLASSES);
        return cells ? Optional.of(new CellBoxes(entry.getKey())) : Optional.empty();
    }

    @Override
    public List<Box> read(Map<String, Tensor> outputs) {
        Tensor tensor = Outputs.get(outputs, output);
        Rows rows = Rows.ofPlanes(tensor).orElseThrow();
        int high = Math.toIntExact(tensor.shape()[2]);
        int wide = Math.toIntExact(tensor.shape()[3]);
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < rows.rows(); i++) {
            int kind = rows.best(i, CLASSES);
            double score = Math.pow(Math.abs(rows.at(i, 0)), 0.6) * Math.pow(Math.abs(rows.at(i, kind)), 0.4);
            int row = i / wide;
            int column = i % wide;
            boxes.add(Box.centred(
                    (Math.tanh(rows.at(i, 1)) + column) / wide,
                    (Math.tanh(rows.at(i, 2)) + row) / high,
                    BoxReader.sigmoid(rows.at(i, 3)),
                    BoxReader.sigmoid(rows.at(i, 4)),
                    score,
                    kind));
        }
        return boxes;
    }

    @Override
    public boolean hasClasses() {
        return true;
    }
}
