package dev.signet.lab.agreement;

import dev.signet.quantize.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * For each stride two tensors of scores [1, cells, 1], whose product's root counts, and one of places and log sizes in cells
 * [1, cells, 4]: YuNet.
 *
 * @param strides their outputs' names
 * @param width of the input
 */
record StrideBoxes(List<Stride> strides, int width) implements BoxReader {
    /** The outputs of one stride. */
    record Stride(int pixels, String sure, String alsoSure, String places) {}

    static Optional<StrideBoxes> of(Map<String, Tensor> outputs, int height, int width) {
        List<Stride> strides = new ArrayList<>();
        for (int pixels : new int[] {8, 16, 32}) {
            int cells = height / pixels * (width / pixels);
            List<String> scores = named(outputs, cells, 1);
            List<String> places = named(outputs, cells, 4);
            if (cells == 0 || scores.size() != 2 || places.size() != 1) {
                return Optional.empty();
            }
            strides.add(new Stride(pixels, scores.get(0), scores.get(1), places.get(0)));
        }
        return Optional.of(new StrideBoxes(strides, width));
    }

    private static List<String> named(Map<String, Tensor> outputs, int rows, int columns) {
        return outputs.entrySet().stream()
                .filter(entry -> Rows.of(entry.getValue())
                        .filter(found -> found.rows() == rows && found.columns() == columns)
                        .isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public List<Box> read(Map<String, Tensor> outputs) {
        List<Box> boxes = new ArrayList<>();
        for (Stride stride : strides) {
            Rows sure = Rows.of(Outputs.get(outputs, stride.sure())).orElseThrow();
            Rows alsoSure = Rows.of(Outputs.get(outputs, stride.alsoSure())).orElseThrow();
            Rows places = Rows.of(Outputs.get(outputs, stride.places())).orElseThrow();
            int wide = width / stride.pixels();
            for (int i = 0; i < sure.rows(); i++) {
                double score = Math.sqrt(Math.clamp(sure.at(i, 0), 0, 1) * Math.clamp(alsoSure.at(i, 0), 0, 1));
                int row = i / wide;
                int column = i % wide;
                boxes.add(Box.centred(
                        (column + places.at(i, 0)) * stride.pixels(),
                        (row + places.at(i, 1)) * stride.pixels(),
                        Math.exp(places.at(i, 2)) * stride.pixels(),
                        Math.exp(places.at(i, 3)) * stride.pixels(),
                        score,
                        0));
            }
        }
        return boxes;
    }

    @Override
    public boolean hasClasses() {
        return false;
    }
}
