package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * NonMaxSuppression: of boxes that overlap only that with the highest score stays, for each image and class. The output
 * [boxes, 3] holds image, class and box, as many as stay: this needs the values of its inputs.
 */
final class NonMaxSuppression {
    private static final int COORDINATES = 4;

    private final float[] boxes;
    private final boolean centred;
    private final float overlap;

    private NonMaxSuppression(float[] boxes, boolean centred, float overlap) {
        this.boxes = boxes;
        this.centred = centred;
        this.overlap = overlap;
    }

    static Computation plan(Node node, Operands in) {
        Shape boxes = in.shape(0, 3, 3);
        Shape scores = in.shape(1, 3, 3);
        if (boxes.dim(0) != scores.dim(0) || boxes.dim(1) != scores.dim(2) || boxes.dim(2) != COORDINATES) {
            throw node.error("boxes %s do not fit scores %s".formatted(boxes, scores));
        }
        float[] coordinates = in.numbers(0, "the list of boxes");
        float[] values = in.numbers(1, "the list of scores");
        double most = in.has(2) ? in.scalar(2, "the number of boxes") : 0;
        float overlap = in.has(3) ? (float) in.scalar(3, "the overlap") : 0;
        float least = in.has(4) ? (float) in.scalar(4, "the least score") : Float.NEGATIVE_INFINITY;
        if (!(overlap >= 0 && overlap <= 1)) {
            throw node.error("an overlap of %s, expected 0 to 1".formatted(overlap));
        }
        boolean centred = node.attributes().flag("center_point_box", false);
        NonMaxSuppression suppression = new NonMaxSuppression(coordinates, centred, overlap);
        int count = boxes.dim(1);
        List<Long> selected = new ArrayList<>();
        for (int image = 0; image < boxes.dim(0); image++) {
            for (int c = 0; c < scores.dim(1); c++) {
                int start = (image * scores.dim(1) + c) * count;
                for (int box : suppression.select(values, start, count, image * count, (long) most, least)) {
                    selected.add((long) image);
                    selected.add((long) c);
                    selected.add((long) box);
                }
            }
        }
        long[] result = selected.stream().mapToLong(Long::longValue).toArray();
        return new Computation.Known(List.of(Tensor.ofLongs(result, result.length / 3, 3)));
    }

    /** The boxes of one class of one image that stay, those with high scores first, of equal ones the first. */
    private List<Integer> select(float[] scores, int start, int count, int firstBox, long most, float least) {
        int[] ranked = IntStream.range(0, count)
                .filter(i -> scores[start + i] > least)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[start + i]))
                .mapToInt(Integer::intValue)
                .toArray();
        List<Integer> selected = new ArrayList<>();
        for (int box : ranked) {
            if (selected.size() >= most) {
                break;
            }
            if (selected.stream().noneMatch(other -> overlap(firstBox + box, firstBox + other) > overlap)) {
                selected.add(box);
            }
        }
        return selected;
    }

    /** The share of the area of two boxes together that both cover. */
    private float overlap(int a, int b) {
        float height = common(a, b, 0);
        float width = common(a, b, 1);
        if (height <= 0 || width <= 0) {
            return 0;
        }
        float both = height * width;
        float first = size(a, 0) * size(a, 1);
        float second = size(b, 0) * size(b, 1);
        float either = first + second - both;
        return first <= 0 || second <= 0 || either <= 0 ? 0 : both / either;
    }

    private float common(int a, int b, int axis) {
        return Math.min(high(a, axis), high(b, axis)) - Math.max(low(a, axis), low(b, axis));
    }

    private float size(int box, int axis) {
        return high(box, axis) - low(box, axis);
    }

    // Two corners, in any order, or centre and size.
    private float low(int box, int axis) {
        float p = boxes[box * COORDINATES + axis];
        float q = boxes[box * COORDINATES + axis + 2];
        return centred ? p - q / 2 : Math.min(p, q);
    }

    private float high(int box, int axis) {
        float p = boxes[box * COORDINATES + axis];
        float q = boxes[box * COORDINATES + axis + 2];
        return centred ? p + q / 2 : Math.max(p, q);
    }
}
