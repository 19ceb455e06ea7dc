package dev.signet.lab.agreement;

import dev.signet.quantize.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One row for each cell of the grids of strides 8, 16 and 32: YOLOX ({@code x, y, log width, log height} in cells, objectness,
 * classes), YOLO v5 to v7 (the same in pixels, three rows a cell), YOLO v8 and later (transposed, no objectness).
 *
 * @param output its name
 * @param transposed [rows of numbers, cells]
 * @param objectness whether a fifth number tells how sure it is that there is anything
 * @param raw whether places are relative to cells
 * @param logits whether scores are to be put through the logistic function
 * @param grid left, top and stride of each cell
 */
record GridBoxes(String output, boolean transposed, boolean objectness, boolean raw, boolean logits, int[][] grid)
        implements BoxReader {
    private static final int[] STRIDES = {8, 16, 32};

    /** What stands before classes: a place, a size, and how sure it is. */
    private static final int PLACE = 4;

    static Optional<GridBoxes> of(Map<String, Tensor> outputs, int height, int width) {
        int[][] grid = grid(height, width);
        if (outputs.size() != 1 || grid.length == 0) {
            return Optional.empty();
        }
        var entry = outputs.entrySet().iterator().next();
        Rows rows = Rows.of(entry.getValue()).orElse(null);
        if (rows == null || entry.getValue().shape().length != 3) {
            return Optional.empty();
        }
        boolean transposed = rows.columns() == grid.length && rows.rows() > PLACE;
        Rows upright = transposed ? rows.transposed() : rows;
        boolean cells = upright.rows() == grid.length || upright.rows() == 3 * grid.length;
        if (!cells || upright.columns() < PLACE + (transposed ? 1 : 2)) {
            return Optional.empty();
        }
        boolean raw = !transposed && upright.rows() == grid.length && !follows(upright, grid);
        return Optional.of(
                new GridBoxes(entry.getKey(), transposed, !transposed, raw, !upright.areShares(PLACE), grid));
    }

    private static int[][] grid(int height, int width) {
        List<int[]> cells = new ArrayList<>();
        for (int stride : STRIDES) {
            for (int y = 0; y < height / stride; y++) {
                for (int x = 0; x < width / stride; x++) {
                    cells.add(new int[] {x * stride, y * stride, stride});
                }
            }
        }
        return cells.toArray(int[][]::new);
    }

    /** Whether places are those of the picture: then they grow with the cells'. */
    private static boolean follows(Rows rows, int[][] grid) {
        double a = 0;
        double b = 0;
        double aa = 0;
        double bb = 0;
        double ab = 0;
        int n = grid.length;
        for (int i = 0; i < n; i++) {
            double x = rows.at(i, 0);
            a += x;
            b += grid[i][0];
            aa += x * x;
            bb += (double) grid[i][0] * grid[i][0];
            ab += x * grid[i][0];
        }
        double covariance = ab - a * b / n;
        double variances = (aa - a * a / n) * (bb - b * b / n);
        return variances > 0 && covariance > 0.8 * Math.sqrt(variances);
    }

    @Override
    public List<Box> read(Map<String, Tensor> outputs) {
        Rows stored = Rows.of(Outputs.get(outputs, output)).orElseThrow();
        Rows rows = transposed ? stored.transposed() : stored;
        int classes = objectness ? PLACE + 1 : PLACE;
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < rows.rows(); i++) {
            int kind = rows.columns() > classes ? rows.best(i, classes) : classes;
            double score = rows.columns() > classes ? share(rows.at(i, kind)) : 1;
            score *= objectness ? share(rows.at(i, PLACE)) : 1;
            if (raw) {
                int stride = grid[i][2];
                boxes.add(Box.centred(
                        rows.at(i, 0) * stride + grid[i][0],
                        rows.at(i, 1) * stride + grid[i][1],
                        Math.exp(rows.at(i, 2)) * stride,
                        Math.exp(rows.at(i, 3)) * stride,
                        score,
                        kind));
            } else {
                boxes.add(Box.centred(rows.at(i, 0), rows.at(i, 1), rows.at(i, 2), rows.at(i, 3), score, kind));
            }
        }
        return boxes;
    }

    private double share(double value) {
        return logits ? BoxReader.sigmoid(value) : value;
    }

    @Override
    public boolean hasClasses() {
        return true;
    }
}
