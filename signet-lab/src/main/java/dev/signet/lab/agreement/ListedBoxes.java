package dev.signet.lab.agreement;

import dev.signet.quantize.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Places [1, boxes, 4] beside scores of classes [1, boxes, classes]: SSD and what came of it, DETR. Where the scores exclude each other
 * one of the outer classes is "nothing": the usual one.
 *
 * @param places the output with corners, or centres and sizes
 * @param scores the output with scores
 * @param corners whether places are corners
 * @param nothing the class that is none; -1 where each class has a score of its own
 * @param logits whether scores are to be made probabilities
 */
record ListedBoxes(String places, String scores, boolean corners, int nothing, boolean logits, int classes)
        implements BoxReader {
    static Optional<ListedBoxes> of(Map<String, Tensor> outputs) {
        for (var box : outputs.entrySet()) {
            Rows places =
                    Rows.of(box.getValue()).filter(rows -> rows.columns() == 4).orElse(null);
            for (var score : outputs.entrySet()) {
                Rows scores = Rows.of(score.getValue()).orElse(null);
                if (places != null
                        && scores != null
                        && !score.getKey().equals(box.getKey())
                        && scores.rows() == places.rows()
                        && places.rows() > 8) {
                    boolean corners = areCorners(places);
                    if (corners || areCentres(places)) {
                        return Optional.of(of(box.getKey(), score.getKey(), corners, scores));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static ListedBoxes of(String places, String scores, boolean corners, Rows rows) {
        boolean shares = rows.areShares(0);
        int usual = rows.columns() > 1 ? rows.usual() : -1;
        boolean outer = usual == 0 || usual == rows.columns() - 1;
        boolean exclude = rows.columns() > 1 && outer && (rows.areProbabilities(0) || !shares);
        return new ListedBoxes(places, scores, corners, exclude ? usual : -1, !shares, rows.columns());
    }

    private static boolean areCorners(Rows places) {
        int good = 0;
        for (int i = 0; i < places.rows(); i++) {
            good += places.at(i, 2) > places.at(i, 0) && places.at(i, 3) > places.at(i, 1) ? 1 : 0;
        }
        return good >= 0.95 * places.rows();
    }

    private static boolean areCentres(Rows places) {
        boolean positive = true;
        for (int i = 0; i < places.rows(); i++) {
            positive &= places.at(i, 2) > 0 && places.at(i, 3) > 0 && places.at(i, 0) > 0 && places.at(i, 1) > 0;
        }
        return positive;
    }

    @Override
    public List<Box> read(Map<String, Tensor> outputs) {
        Rows where = Rows.of(Outputs.get(outputs, places)).orElseThrow();
        Rows sure = Rows.of(Outputs.get(outputs, scores)).orElseThrow();
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < where.rows(); i++) {
            int kind = kind(sure, i);
            double score = score(sure, i, kind);
            boxes.add(
                    corners
                            ? new Box(where.at(i, 0), where.at(i, 1), where.at(i, 2), where.at(i, 3), score, kind)
                            : Box.centred(where.at(i, 0), where.at(i, 1), where.at(i, 2), where.at(i, 3), score, kind));
        }
        return boxes;
    }

    private int kind(Rows sure, int row) {
        int best = nothing == 0 ? 1 : 0;
        for (int c = best + 1; c < classes; c++) {
            best = c != nothing && sure.at(row, c) > sure.at(row, best) ? c : best;
        }
        return best;
    }

    private double score(Rows sure, int row, int kind) {
        if (!logits) {
            return sure.at(row, kind);
        }
        if (nothing < 0) {
            return BoxReader.sigmoid(sure.at(row, kind));
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(sure.at(row, c) - sure.at(row, kind));
        }
        return 1 / sum;
    }

    @Override
    public boolean hasClasses() {
        return classes - (nothing < 0 ? 0 : 1) > 1;
    }
}
