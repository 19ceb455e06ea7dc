package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.product.Binding;
import dev.signet.engine.product.Epilogue;
import dev.signet.engine.product.SlidingConvolution;
import dev.signet.engine.product.Taps;
import dev.signet.engine.product.WeightRows;
import dev.signet.engine.product.Window;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Conv over three spatial dimensions, slice by slice: an output slice is a 2-D convolution of as many planes for each channel as
 * the kernel is deep. The planes that one slice reads are gathered, those in the padding as zeros.
 *
 * @param window the window in all three dimensions
 * @param channels channels of the input, those of all groups
 * @param filters channels of the output
 * @param slice the 2-D convolution
 */
record VolumeConvolution(Window window, int channels, int filters, SlidingConvolution slice) {
    /** Plans {@code node}, whose input [N, C, D, H, W] and weights [F, C / groups, ...] fit together. */
    static Computation plan(Node node, Operands in, Window window, int groups) {
        Shape x = in.shape(0);
        Shape w = in.shape(1);
        int filters = w.dim(0);
        int channels = Math.multiplyExact(w.dim(1), w.dim(2));
        Taps taps = Convolution.taps(window.without(0), channels, 1);
        Epilogue epilogue = Epilogues.of(node, in, filters, Convolution.bias(in, filters));
        SlidingConvolution.Target target = SlidingConvolution.Target.dense(taps.outputHeight, taps.outputWidth);
        int depth = w.product(1, w.rank());
        boolean constant = in.get(1).isConstant();
        List<WeightRows> weights = constant
                ? Weights.rows(in, 1, groups, filters, depth)
                : Weights.variable(new float[0], groups, filters, depth);
        SlidingConvolution slice = new SlidingConvolution(
                taps, SlidingConvolution.products(in.means(), taps, weights, constant), epilogue, 1, target);
        VolumeConvolution volume = new VolumeConvolution(window, x.dim(1), filters, slice);
        // Too large for an array: that is known before anything runs.
        Math.addExact(volume.gathered(), volume.computed());
        Shape y = Convolution.output(x.dim(0), filters, window.output());
        return new Computation.Work(List.of(TensorType.floats(y)), 0, slice.scratch(), binding -> {
                    VolumeConvolution bound = constant
                            ? volume
                            : volume.with(slice.with(SlidingConvolution.products(
                                    in.means(), taps, Weights.variable(binding.in(1), groups, filters, depth), false)));
                    return bound.bind(binding, x.dim(0));
                })
                .expecting(slice.estimate().times((long) x.dim(0) * window.output()[0]));
    }

    private VolumeConvolution with(SlidingConvolution other) {
        return new VolumeConvolution(window, channels, filters, other);
    }

    private int plane() {
        return Math.multiplyExact(window.input()[1], window.input()[2]);
    }

    private int outputPlane() {
        return Math.multiplyExact(window.output()[1], window.output()[2]);
    }

    private int gathered() {
        int planes = Math.multiplyExact(channels, window.kernel()[0]);
        return Math.addExact(Math.multiplyExact(planes, plane()), Kernels.COLUMNS);
    }

    private int computed() {
        return Math.addExact(Math.multiplyExact(filters, outputPlane()), Kernels.COLUMNS);
    }

    private Runnable bind(Binding binding, int images) {
        float[] x = binding.in(0);
        float[] y = binding.out(0);
        // Arrays of their own: the 2-D convolution reads and writes from the start of an array.
        float[] planes = new float[gathered()];
        float[] sums = new float[computed()];
        Runnable product = slice.bind(binding, planes, sums);
        int slices = window.output()[0];
        int size = outputPlane();
        return () -> {
            for (int image = 0; image < images; image++) {
                for (int d = 0; d < slices; d++) {
                    gather(x, image, d, planes);
                    product.run();
                    for (int f = 0; f < filters; f++) {
                        System.arraycopy(sums, f * size, y, ((image * filters + f) * slices + d) * size, size);
                    }
                }
            }
        };
    }

    private void gather(float[] x, int image, int d, float[] planes) {
        int depth = window.input()[0];
        int size = plane();
        int to = 0;
        for (int c = 0; c < channels; c++) {
            for (int k = 0; k < window.kernel()[0]; k++, to += size) {
                int z = d * window.stride()[0] + k * window.dilation()[0] - window.before()[0];
                if (z < 0 || z >= depth) {
                    Arrays.fill(planes, to, to + size, 0);
                } else {
                    System.arraycopy(x, ((image * channels + c) * depth + z) * size, planes, to, size);
                }
            }
        }
    }
}
