package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.product.DepthwiseConvolution;
import dev.signet.engine.product.Epilogue;
import dev.signet.engine.product.Product;
import dev.signet.engine.product.SlidingConvolution;
import dev.signet.engine.product.Taps;
import dev.signet.engine.product.WeightRows;
import dev.signet.engine.product.Window;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import dev.signet.engine.winograd.ConvolutionChoice;
import dev.signet.engine.winograd.TileGrid;
import dev.signet.engine.winograd.WinogradConvolution;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Conv: 1-D, 2-D and 3-D, any stride, padding, dilation and number of groups. */
final class Convolution implements Operator {
    @Override
    public Computation plan(Node node, Operands in) {
        in.floating(0);
        Shape x = in.shape(0, 3, 5);
        Shape w = in.shape(1, x.rank(), x.rank());
        int groups = groups(node, x.dim(1));
        if (w.dim(0) % groups != 0 || w.dim(1) * groups != x.dim(1)) {
            throw node.error(String.format(Locale.ROOT, "input %s does not fit weights %s in %d groups", x, w, groups));
        }
        Window window = window(node, x, w);
        if (window.rank() == 3) {
            return VolumeConvolution.plan(node, in, window, groups);
        }
        int filters = w.dim(0);
        int workers = Math.ceilDiv(in.means().workers(), Math.max(1, x.dim(0)));
        int pixels = x.product(2, x.rank());
        Taps taps = window.isPointwise() && pixels % Kernels.COLUMNS == 0
                ? pointwise(pixels, w.dim(1), workers)
                : taps(window.as2d(), w.dim(1), workers);
        float[] bias = bias(in, filters);
        Shape y = output(x.dim(0), filters, window.output());
        Epilogue epilogue = Epilogues.of(node, in, filters, bias);
        boolean constant = in.get(1).isConstant();
        int depth = w.product(1, w.rank());
        if (constant && DepthwiseConvolution.isPossible(window.as2d(), w.dim(1), filters / groups)) {
            List<WeightRows> rows = Weights.rows(in, 1, groups, filters, depth);
            DepthwiseConvolution depthwise = DepthwiseConvolution.of(window.as2d(), rows, x.dim(0), epilogue);
            return new Computation.Work(
                            List.of(TensorType.floats(y)),
                            0,
                            depthwise.scratch(),
                            binding -> depthwise.bind(binding, binding.padded(0), binding.out(0)))
                    .expecting(depthwise.estimate());
        }
        if (constant && ConvolutionChoice.isPossible(window.as2d())) {
            List<WeightRows> rows = Weights.rows(in, 1, groups, filters, depth);
            Kernels kernels = KernelChoice.kernels();
            Optional<TileGrid> tiles = ConvolutionChoice.tiles(
                    window.as2d(),
                    x.dim(0),
                    w.dim(1),
                    filters / groups,
                    groups,
                    kernels,
                    !in.means().store().prepares(rows.getFirst()),
                    in.means().workers());
            if (tiles.isPresent()) {
                WinogradConvolution winograd =
                        WinogradConvolution.of(tiles.get(), in.means().store(), kernels, rows, epilogue);
                return winograd(winograd, y)
                        .expecting(winograd.estimate(in.means().workers()));
            }
        }
        SlidingConvolution.Target target = SlidingConvolution.Target.dense(taps.outputHeight, taps.outputWidth);
        List<WeightRows> weights = constant
                ? Weights.rows(in, 1, groups, filters, depth)
                : Weights.variable(new float[0], groups, filters, depth);
        List<Product> products = SlidingConvolution.products(in.means(), taps, weights, constant);
        SlidingConvolution sliding = new SlidingConvolution(taps, products, epilogue, x.dim(0), target);
        return new Computation.Work(List.of(TensorType.floats(y)), 0, sliding.scratch(), binding -> {
                    SlidingConvolution bound = constant
                            ? sliding
                            : sliding.with(SlidingConvolution.products(
                                    in.means(), taps, Weights.variable(binding.in(1), groups, filters, depth), false));
                    return bound.bind(binding, binding.padded(0), binding.out(0));
                })
                .expecting(sliding.estimate());
    }

    private static Computation.Work winograd(WinogradConvolution winograd, Shape y) {
        return new Computation.Work(
                List.of(TensorType.floats(y)),
                0,
                winograd.scratch(),
                binding -> winograd.bind(binding, binding.padded(0), binding.out(0)));
    }

    static int groups(Node node, int channels) {
        long groups = node.attributes().integer("group", 1);
        if (groups < 1 || channels % groups != 0) {
            throw node.error(String.format(Locale.ROOT, "%d channels can not be cut into %d groups", channels, groups));
        }
        return Math.toIntExact(groups);
    }

    /** The bias of a convolution, if it has one. */
    static float @Nullable [] bias(Operands in, int filters) {
        if (!in.has(2)) {
            return null;
        }
        float[] bias = in.numbers(2, "the bias");
        if (bias.length != filters) {
            throw in.node().error(String.format(Locale.ROOT, "%d biases for %d filters", bias.length, filters));
        }
        return bias;
    }

    static Shape output(int images, int filters, int[] spatial) {
        int[] dims = new int[spatial.length + 2];
        dims[0] = images;
        dims[1] = filters;
        System.arraycopy(spatial, 0, dims, 2, spatial.length);
        return new Shape(dims);
    }

    private static Window window(Node node, Shape x, Shape w) {
        int[] kernel = new int[w.rank() - 2];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = w.dim(i + 2);
            if (kernel[i] < 1) {
                throw node.error("weights %s have no taps".formatted(w));
            }
        }
        if (node.attributes().has("kernel_shape")) {
            int[] stated = Windows.positive(node, "kernel_shape", kernel.length);
            if (!new Shape(stated).equals(new Shape(kernel))) {
                throw node.error("kernel_shape is %s where the weights are %s".formatted(new Shape(stated), w));
            }
        }
        return Windows.of(node, x, kernel);
    }

    // Which pixels make a row does not matter: rows of a vector product's width make bands without a rest.
    private static Taps pointwise(int pixels, int channels, int workers) {
        int width = Kernels.COLUMNS;
        int rows = pixels / width;
        return new Taps(channels, rows, width, rows, width, 1, 1, new int[1], new int[1], workers);
    }

    static Taps taps(Window window, int channels, int workers) {
        int[] kernel = window.kernel();
        int[] y = new int[kernel[0] * kernel[1]];
        int[] x = new int[y.length];
        for (int t = 0; t < y.length; t++) {
            y[t] = t / kernel[1] * window.dilation()[0] - window.before()[0];
            x[t] = t % kernel[1] * window.dilation()[1] - window.before()[1];
        }
        return new Taps(
                channels,
                window.input()[0],
                window.input()[1],
                window.output()[0],
                window.output()[1],
                window.stride()[0],
                window.stride()[1],
                y,
                x,
                workers);
    }
}
