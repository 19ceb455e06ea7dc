package dev.signet.studio;

import ai.onnxruntime.OnnxTensor;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputLayout;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Boxes of detectors that give corners {@code [1, N, 4]} and scores {@code [1, N, classes]}, corners as parts of the picture: what
 * single-shot detectors are exported with. Others' outputs are coded in ways that only their own programs know.
 */
final class Boxes {
    /** Scores above are things. */
    private static final float LEAST_SCORE = 0.5f;

    /** Boxes that share more of their area are the same thing. */
    private static final double SAME = 0.45;

    private static final int MOST = 100;

    private Boxes() {}

    /** What a network found, or that it gives no such boxes. */
    static Sight found(OnnxRuntimeModel model, InputLayout layout, Picture picture) {
        // Values of -1 to 1, and where that finds nothing, other ranges that detectors are trained with.
        List<Preprocessing> ranges = List.of(symmetric(), Preprocessing.UNIT, Preprocessing.CLASSIFICATION);
        List<Sight.Box> boxes = List.of();
        for (Preprocessing range : ranges) {
            Map<String, Tensor> outputs = outputs(model, layout, picture, range);
            Tensor corners = only(outputs, true);
            Tensor scores = only(outputs, false);
            if (corners == null || scores == null || corners.shape()[1] != scores.shape()[1]) {
                return new Sight.Nothing("its outputs are neither pictures, classes nor boxes that can be drawn");
            }
            boxes = boxes(corners.values(), scores.values(), Math.toIntExact(scores.shape()[2]));
            if (!boxes.isEmpty()) {
                break;
            }
        }
        return new Sight.Things(boxes);
    }

    private static Preprocessing symmetric() {
        return new Preprocessing(
                1 / 128.0, new double[] {127 / 128.0, 127 / 128.0, 127 / 128.0}, new double[] {1, 1, 1}, false, 0);
    }

    private static Map<String, Tensor> outputs(
            OnnxRuntimeModel model, InputLayout layout, Picture picture, Preprocessing range) {
        TensorSpec input = model.input();
        int images = Math.max(1, layout.batch());
        float[] values = new float[Math.multiplyExact(images, layout.imageLength())];
        layout.write(picture, range, values, 0);
        try (OnnxTensor tensor = OnnxRuntimeModel.tensor(input, values, layout.shape(images))) {
            return model.run(Map.of(input.name(), tensor));
        }
    }

    private static @org.jspecify.annotations.Nullable Tensor only(Map<String, Tensor> outputs, boolean corners) {
        List<Tensor> fitting = outputs.values().stream()
                .filter(tensor -> tensor.shape().length == 3 && (tensor.shape()[2] == 4) == corners)
                .toList();
        return fitting.size() == 1 ? fitting.getFirst() : null;
    }

    private static List<Sight.Box> boxes(float[] corners, float[] scores, int classes) {
        List<Sight.Box> candidates = new ArrayList<>();
        for (int i = 0; i < corners.length / 4; i++) {
            // With two classes and more the first one is the background.
            float best = scores[i * classes + classes - 1];
            for (int c = classes > 1 ? 1 : 0; c < classes; c++) {
                best = Math.max(best, scores[i * classes + c]);
            }
            float left = corners[4 * i];
            float top = corners[4 * i + 1];
            float right = corners[4 * i + 2];
            float bottom = corners[4 * i + 3];
            if (best >= LEAST_SCORE && right > left && bottom > top && right <= 2 && bottom <= 2) {
                candidates.add(new Sight.Box(left, top, right, bottom, best));
            }
        }
        candidates.sort(Comparator.comparingDouble((Sight.Box box) -> -box.score()));
        List<Sight.Box> kept = new ArrayList<>();
        for (Sight.Box box : candidates) {
            if (kept.size() < MOST && kept.stream().noneMatch(other -> overlap(box, other) > SAME)) {
                kept.add(box);
            }
        }
        return List.copyOf(kept);
    }

    private static double overlap(Sight.Box a, Sight.Box b) {
        double width = Math.max(0, Math.min(a.right(), b.right()) - Math.max(a.left(), b.left()));
        double height = Math.max(0, Math.min(a.bottom(), b.bottom()) - Math.max(a.top(), b.top()));
        double shared = width * height;
        return shared / (area(a) + area(b) - shared);
    }

    private static double area(Sight.Box box) {
        return (box.right() - box.left()) * (box.bottom() - box.top());
    }
}
