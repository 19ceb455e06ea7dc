package dev.signet.lab.agreement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a detector found.
 *
 * @param left smaller than {@code right}, in any unit
 * @param score the surer the larger
 * @param kind the class
 */
record Box(double left, double top, double right, double bottom, double score, int kind) {
    /** Intersection over union from which on two boxes are the same thing. */
    private static final double SAME = 0.5;

    /** A box given by its centre. */
    static Box centred(double x, double y, double width, double height, double score, int kind) {
        return new Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2, score, kind);
    }

    private double area() {
        return (right - left) * (bottom - top);
    }

    /** Intersection over union. */
    double overlap(Box other) {
        double width = Math.min(right, other.right) - Math.max(left, other.left);
        double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
        double common = Math.max(0, width) * Math.max(0, height);
        return common / (area() + other.area() - common + 1e-9);
    }

    /**
     * The surest ones, those left out that overlap a surer one of their class.
     *
     * @param threshold that scores are above
     * @param most overlap that two of them have
     */
    static List<Box> surest(List<Box> all, double threshold, double most) {
        List<Box> rest = all.stream()
                .filter(box -> box.score > threshold)
                .sorted(Comparator.comparingDouble((Box box) -> -box.score))
                .toList();
        List<Box> kept = new ArrayList<>();
        for (Box box : rest) {
            if (kept.stream().noneMatch(surer -> surer.kind == box.kind && surer.overlap(box) >= most)) {
                kept.add(box);
            }
        }
        return kept;
    }

    /** Which of the wanted boxes have one of the same class among {@code others}, each used once. */
    static boolean[] found(List<Box> wanted, List<Box> others) {
        boolean[] found = new boolean[wanted.size()];
        boolean[] used = new boolean[others.size()];
        for (int i = 0; i < found.length; i++) {
            Box box = wanted.get(i);
            int best = -1;
            double most = 0;
            for (int k = 0; k < used.length; k++) {
                double overlap = used[k] || others.get(k).kind != box.kind ? 0 : box.overlap(others.get(k));
                if (overlap > most) {
                    most = overlap;
                    best = k;
                }
            }
            if (most >= SAME) {
                used[best] = true;
                found[i] = true;
            }
        }
        return found;
    }
}
