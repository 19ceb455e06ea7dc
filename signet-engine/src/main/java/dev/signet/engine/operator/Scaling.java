package dev.signet.engine.operator;

import dev.signet.engine.graph.Attributes;
import dev.signet.engine.graph.Node;
import dev.signet.engine.tensor.Shape;
import java.util.Arrays;
import java.util.Locale;

/**
 * Which place of the input an output of Resize looks at: ONNX's coordinate transformations and ways of rounding.
 *
 * @param input shape of the input
 * @param output shape of the output
 * @param scales output size over input size, for each dimension
 * @param regions for {@code tf_crop_and_resize}, starts and then ends of the region of interest, relative to the input
 * @param coordinates the coordinate transformation
 * @param rounding how nearest rounds
 * @param extrapolation what {@code tf_crop_and_resize} writes outside of the input
 */
record Scaling(
        Shape input,
        Shape output,
        float[] scales,
        float[] regions,
        String coordinates,
        String rounding,
        float extrapolation) {
    static Scaling of(Node node, Operands in, Shape x) {
        Attributes attributes = node.attributes();
        boolean old = node.opset() < 11 || node.operator().equals("Upsample");
        int scalesInput = old ? 1 : 2;
        String coordinates = attributes.text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
        String rounding = attributes.text("nearest_mode", old ? "floor" : "round_prefer_floor");
        int rank = x.rank();
        int[] axes = axes(in, attributes, rank);
        float[] scales = new float[rank];
        Arrays.fill(scales, 1);
        int[] dims = x.dims().clone();
        float[] given = given(node, in, scalesInput);
        long[] sizes = in.has(3) && in.shape(3).size() > 0 ? in.integers(3, "the new size") : new long[0];
        int count = given.length + sizes.length;
        if (count != axes.length || (given.length > 0 && sizes.length > 0)) {
            throw node.error(String.format(
                    Locale.ROOT, "%d scales and %d sizes for %d dimensions", given.length, sizes.length, axes.length));
        }
        for (int i = 0; i < given.length; i++) {
            if (!(given[i] > 0) || Float.isInfinite(given[i])) {
                throw node.error("scale %s is not a positive number".formatted(given[i]));
            }
            scales[axes[i]] = given[i];
            dims[axes[i]] = exact(Math.floor(given[i] * (double) x.dim(axes[i])));
        }
        if (sizes.length > 0) {
            sizes(node, x, axes, sizes, scales, dims);
        }
        float[] regions = coordinates.equals("tf_crop_and_resize") ? regions(node, in, axes, rank) : new float[0];
        if (regions.length > 0 && given.length > 0) {
            for (int i = 0; i < rank; i++) {
                dims[i] = exact(Math.floor(scales[i] * (double) x.dim(i) * (regions[rank + i] - regions[i])));
            }
        }
        for (int i = 0; i < rank; i++) {
            if (x.dim(i) == 0 && dims[i] > 0) {
                throw node.error("an empty input %s can not be resized".formatted(x));
            }
        }
        return new Scaling(
                x,
                new Shape(dims),
                scales,
                regions,
                coordinates,
                rounding,
                attributes.number("extrapolation_value", 0));
    }

    private static int exact(double size) {
        if (size < 0 || size > Integer.MAX_VALUE) {
            throw new ArithmeticException("a resized dimension of " + size);
        }
        return (int) size;
    }

    private static int[] axes(Operands in, Attributes attributes, int rank) {
        long[] stated = attributes.integers("axes").orElse(new long[0]);
        int[] axes = new int[stated.length == 0 ? rank : stated.length];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = stated.length == 0 ? i : in.axis(stated[i], rank);
        }
        return axes;
    }

    private static float[] given(Node node, Operands in, int input) {
        if (node.attributes().numbers("scales").isPresent()) {
            return node.attributes().numbers("scales").get();
        }
        return in.has(input) && in.shape(input).size() > 0 ? in.numbers(input, "the scale") : new float[0];
    }

    private static void sizes(Node node, Shape x, int[] axes, long[] sizes, float[] scales, int[] dims) {
        String policy = node.attributes().text("keep_aspect_ratio_policy", "stretch");
        float common = policy.equals("not_smaller") ? 0 : Float.POSITIVE_INFINITY;
        for (int i = 0; i < axes.length; i++) {
            float scale = (float) sizes[i] / x.dim(axes[i]);
            common = policy.equals("not_smaller") ? Math.max(common, scale) : Math.min(common, scale);
        }
        for (int i = 0; i < axes.length; i++) {
            int axis = axes[i];
            if (policy.equals("stretch")) {
                dims[axis] = Math.toIntExact(sizes[i]);
                scales[axis] = (float) sizes[i] / x.dim(axis);
            } else {
                dims[axis] = exact(Math.floor(common * (double) x.dim(axis) + 0.5));
                scales[axis] = common;
            }
        }
    }

    private static float[] regions(Node node, Operands in, int[] axes, int rank) {
        float[] given = in.numbers(1, "the region of interest");
        if (given.length != 2 * axes.length) {
            throw node.error(
                    String.format(Locale.ROOT, "a region of %d numbers for %d dimensions", given.length, axes.length));
        }
        float[] regions = new float[2 * rank];
        Arrays.fill(regions, rank, 2 * rank, 1);
        for (int i = 0; i < axes.length; i++) {
            regions[axes[i]] = given[i];
            regions[rank + axes[i]] = given[axes.length + i];
        }
        return regions;
    }

    /** Whether outputs along dimension {@code d} differ from the inputs: as in ONNX Runtime, not where the scale is 1. */
    boolean isChanged(int d) {
        return scales[d] != 1 || input.dim(d) != output.dim(d);
    }

    /** Scale of dimension {@code d}. */
    float scale(int d) {
        return scales[d];
    }

    /** The place in the input, as a fraction of an index, that output {@code i} along dimension {@code d} looks at. */
    double position(int d, int i) {
        int from = input.dim(d);
        int to = output.dim(d);
        float scale = scales[d];
        if (!isChanged(d)) {
            return i;
        }
        return switch (coordinates) {
            case "half_pixel" -> (i + 0.5f) / scale - 0.5f;
            case "half_pixel_symmetric" -> {
                float adjustment = to / (scale * from);
                float center = from / 2f;
                yield center * (1 - adjustment) + (i + 0.5f) / scale - 0.5f;
            }
            case "pytorch_half_pixel" -> to > 1 ? (i + 0.5f) / scale - 0.5f : 0;
            case "align_corners" -> to == 1 ? 0 : (float) i * (from - 1) / (to - 1);
            case "asymmetric" -> i / scale;
            case "tf_half_pixel_for_nn" -> (i + 0.5f) / scale;
            case "tf_crop_and_resize" -> crop(d, i);
            default ->
                throw new IllegalArgumentException(
                        "coordinate_transformation_mode '%s' is not supported".formatted(coordinates));
        };
    }

    private float crop(int d, int i) {
        float start = regions[d];
        float end = regions[input.rank() + d];
        int from = input.dim(d);
        int to = output.dim(d);
        return to > 1
                ? start * (from - 1) + i * (end - start) * (from - 1) / (to - 1)
                : 0.5f * (start + end) * (from - 1);
    }

    /** Whether position {@code x} is one that {@code tf_crop_and_resize} does not interpolate. */
    boolean isOutside(int d, double x) {
        return regions.length > 0 && isChanged(d) && (x < 0 || x > input.dim(d) - 1);
    }

    /** The input that is nearest to output {@code i} along dimension {@code d}, or -1 if it is extrapolated. */
    int nearest(int d, int i) {
        if (!isChanged(d)) {
            return i;
        }
        double x = position(d, i);
        if (isOutside(d, x)) {
            return -1;
        }
        double rounded = switch (rounding) {
            case "round_prefer_floor" -> Math.ceil(x - 0.5);
            case "round_prefer_ceil" -> Math.floor(x + 0.5);
            case "floor" -> Math.floor(x);
            case "ceil" -> Math.ceil(x);
            default -> throw new IllegalArgumentException("nearest_mode '%s' is not supported".formatted(rounding));
        };
        return (int) Math.clamp(rounded, 0.0, input.dim(d) - 1.0);
    }
}
