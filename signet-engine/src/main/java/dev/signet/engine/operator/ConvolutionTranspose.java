package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.product.Epilogue;
import dev.signet.engine.product.Estimate;
import dev.signet.engine.product.Product;
import dev.signet.engine.product.SlidingConvolution;
import dev.signet.engine.product.TapRows;
import dev.signet.engine.product.Taps;
import dev.signet.engine.product.TransposedRows;
import dev.signet.engine.product.WeightRows;
import dev.signet.engine.product.Window;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import dev.signet.onnx.node.ConvolutionGeometry;
import dev.signet.onnx.node.ConvolutionGeometry.AutoPad;
import java.util.ArrayList;
import java.util.List;

/**
 * ConvTranspose: 1-D, 2-D and, by {@link VolumeTransposed}, 3-D. Outputs with the same position modulo the stride read the input through the same taps, so each
 * of these {@code strideY * strideX} phases is an ordinary convolution with some of the weights.
 */
final class ConvolutionTranspose implements Operator {
    /** One phase: its convolution, and which taps of the kernel it uses. */
    private record Phase(Taps taps, int[] kernelTaps, SlidingConvolution.Target target) {}

    @Override
    public Computation plan(Node node, Operands in) {
        in.floating(0);
        Shape x = in.shape(0, 3, 5);
        Shape w = in.shape(1, x.rank(), x.rank());
        int groups = Convolution.groups(node, x.dim(1));
        if (w.dim(0) != x.dim(1)) {
            throw node.error("input %s does not fit weights %s".formatted(x, w));
        }
        int filters = Math.multiplyExact(w.dim(1), groups);
        Window window = window(node, x, w);
        float[] bias = Convolution.bias(in, filters);
        Epilogue epilogue = Epilogues.of(node, in, filters, bias);
        Shape y = Convolution.output(x.dim(0), filters, window.output());
        if (window.rank() == 3) {
            return new VolumeTransposed(window, x.dim(0), x.dim(1), filters, groups).plan(y, epilogue);
        }
        List<Phase> phases = phases(window.as2d(), x.dim(1) / groups);
        int kernelSize = w.product(2, w.rank());
        boolean constant = in.get(1).isConstant();
        List<WeightRows> known =
                constant ? weights(in, groups, w, kernelSize) : dense(new float[0], groups, w, kernelSize);
        List<SlidingConvolution> products = new ArrayList<>();
        int scratch = 0;
        for (Phase phase : phases) {
            List<Product> some = phaseProducts(in, phase, known, kernelSize, constant);
            SlidingConvolution product = new SlidingConvolution(phase.taps(), some, epilogue, x.dim(0), phase.target());
            products.add(product);
            scratch = Math.max(scratch, product.scratch());
        }
        Estimate estimate = products.stream()
                .map(SlidingConvolution::estimate)
                .reduce(Estimate::plus)
                .orElseThrow();
        return new Computation.Work(List.of(TensorType.floats(y)), 0, scratch, binding -> {
                    Runnable[] work = new Runnable[phases.size()];
                    for (int i = 0; i < work.length; i++) {
                        SlidingConvolution product = products.get(i);
                        if (!constant) {
                            List<WeightRows> rows = dense(binding.in(1), groups, w, kernelSize);
                            product = product.with(phaseProducts(in, phases.get(i), rows, kernelSize, false));
                        }
                        work[i] = product.bind(binding, binding.padded(0), binding.out(0));
                    }
                    return () -> {
                        for (Runnable phase : work) {
                            phase.run();
                        }
                    };
                })
                .expecting(estimate);
    }

    // The products of the groups, with those taps that the phase uses.
    private static List<Product> phaseProducts(
            Operands in, Phase phase, List<WeightRows> groups, int kernelSize, boolean constant) {
        List<WeightRows> some = new ArrayList<>();
        for (WeightRows rows : groups) {
            some.add(new TapRows(rows, kernelSize, phase.kernelTaps()));
        }
        return SlidingConvolution.products(in.means(), phase.taps(), some, constant);
    }

    // Row f of the matrix holds what makes output channel f: ONNX's order is [channels, filters, kernel].
    private static List<WeightRows> weights(Operands in, int groups, Shape w, int kernelSize) {
        if (in.get(1).packed().isPresent()) {
            int depth = w.dim(0) / groups * kernelSize;
            return Weights.rows(in, 1, groups, w.dim(1) * groups, depth);
        }
        return dense(in.constant(1, "the weight").floats(), groups, w, kernelSize);
    }

    private static List<WeightRows> dense(float[] values, int groups, Shape w, int kernelSize) {
        List<WeightRows> rows = new ArrayList<>();
        int channels = w.dim(0) / groups;
        for (int g = 0; g < groups; g++) {
            rows.add(new TransposedRows(values, g * channels, channels, w.dim(1), kernelSize));
        }
        return rows;
    }

    private static List<Phase> phases(Window window, int channels) {
        int[] kernel = window.kernel();
        int[] stride = window.stride();
        List<Phase> phases = new ArrayList<>();
        for (int py = 0; py < Math.min(stride[0], window.output()[0]); py++) {
            for (int px = 0; px < Math.min(stride[1], window.output()[1]); px++) {
                phases.add(phase(window, channels, kernel, stride, py, px));
            }
        }
        return phases;
    }

    private static Phase phase(Window window, int channels, int[] kernel, int[] stride, int py, int px) {
        List<int[]> taps = new ArrayList<>();
        for (int t = 0; t < kernel[0] * kernel[1]; t++) {
            int y = py + window.before()[0] - t / kernel[1] * window.dilation()[0];
            int x = px + window.before()[1] - t % kernel[1] * window.dilation()[1];
            if (y % stride[0] == 0 && x % stride[1] == 0) {
                taps.add(new int[] {t, y / stride[0], x / stride[1]});
            }
        }
        Taps geometry = new Taps(
                channels,
                window.input()[0],
                window.input()[1],
                Math.ceilDiv(window.output()[0] - py, stride[0]),
                Math.ceilDiv(window.output()[1] - px, stride[1]),
                1,
                1,
                taps.stream().mapToInt(t -> t[1]).toArray(),
                taps.stream().mapToInt(t -> t[2]).toArray(),
                1);
        SlidingConvolution.Target target =
                new SlidingConvolution.Target(window.output()[0], window.output()[1], py, px, stride[0], stride[1]);
        return new Phase(geometry, taps.stream().mapToInt(t -> t[0]).toArray(), target);
    }

    private static Window window(Node node, Shape x, Shape w) {
        int rank = x.rank() - 2;
        int[] kernel = new int[rank];
        for (int i = 0; i < rank; i++) {
            kernel[i] = w.dim(i + 2);
            if (kernel[i] < 1 || x.dim(i + 2) < 1) {
                throw node.error("input %s and weights %s make no output".formatted(x, w));
            }
        }
        ConvolutionGeometry geometry = Windows.geometry(node, kernel);
        int[] stride = geometry.strides();
        int[] extra = Windows.list(node, "output_padding", rank, 0, 0);
        int[] before = new int[rank];
        int[] after = new int[rank];
        int[] input = new int[rank];
        int[] output = new int[rank];
        boolean stated = node.attributes().has("output_shape");
        int[] shape = statedShape(node, rank);
        // As ONNX Runtime has it: only SAME_UPPER puts the odd one after the outputs.
        AutoPad side = geometry.autoPad() == AutoPad.SAME_UPPER ? AutoPad.SAME_UPPER : AutoPad.SAME_LOWER;
        for (int i = 0; i < rank; i++) {
            input[i] = x.dim(i + 2);
            int full = Math.addExact(
                    Math.multiplyExact(stride[i], input[i] - 1), Math.addExact(extra[i], geometry.reach(i)));
            if (stated || geometry.autoPad().isSame()) {
                output[i] = stated ? shape[i] : Math.multiplyExact(input[i], stride[i]);
                int total = Math.max(0, full - output[i]);
                before[i] = side.before(total);
                after[i] = total - before[i];
            } else {
                before[i] = geometry.padsBefore()[i];
                after[i] = geometry.padsAfter()[i];
                output[i] = full - before[i] - after[i];
            }
            if (output[i] < 1) {
                throw node.error("input %s and weights %s make no output".formatted(x, w));
            }
        }
        return new Window(kernel, stride, geometry.dilations(), before, after, input, output);
    }

    // Some exporters write all dimensions, others the spatial ones only.
    private static int[] statedShape(Node node, int rank) {
        int given =
                node.attributes().integers("output_shape").map(s -> s.length).orElse(rank);
        int[] shape = Windows.list(node, "output_shape", given == rank + 2 ? given : rank, 0, Integer.MIN_VALUE);
        int[] spatial = new int[rank];
        System.arraycopy(shape, shape.length - rank, spatial, 0, rank);
        return spatial;
    }
}
