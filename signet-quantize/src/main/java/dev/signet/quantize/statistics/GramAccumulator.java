package dev.signet.quantize.statistics;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.signet.core.compute.Compute;
import dev.signet.onnx.InputException;
import dev.signet.quantize.runtime.OnnxRuntimeEnvironment;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.walk.NodeSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums up [X; Y] X^T for each channel group, where X holds im2col rows as columns and Y what the layer gave for them: the Gram
 * matrix of the inputs, and the correlation of outputs and inputs. Panels of columns are multiplied by ONNX Runtime's matrix
 * product and summed in fp64, so the result depends neither on the number of samples nor on threads.
 */
final class GramAccumulator implements AutoCloseable {
    /** Values in a panel: large enough for the matrix product's blocking, small enough to stay in tens of megabytes. */
    private static final int PANEL_VALUES = 3 << 20;

    private final int d;
    private final int filters;
    private final int columns;
    private final float[] panel;
    private final FloatBuffer buffer;
    private final double[][] sums;
    private final double[] totals;
    private final NodeSession product;
    private int group;
    private int filled;
    private long rows;

    /**
     * @param groups channel groups, each with sums of its own
     * @param d length of an im2col row
     * @param filters outputs that are correlated with it
     * @param line columns that come at a time
     */
    GramAccumulator(int groups, int d, int filters, int line, int threads) {
        this.d = d;
        this.filters = filters;
        int height = d + filters;
        this.columns = Math.max(line, PANEL_VALUES / height / line * line);
        this.panel = new float[Math.multiplyExact(height, columns)];
        this.buffer = ByteBuffer.allocateDirect(4 * panel.length)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        this.sums = new double[groups][Math.multiplyExact(height, d)];
        this.totals = new double[groups];
        this.product = product(tensors -> product(tensors, threads));
    }

    private interface Opening {
        NodeSession open(Map<String, OnnxTensor> tensors);
    }

    private NodeSession product(Opening opening) {
        Map<String, OnnxTensor> tensors = tensors(1);
        try {
            return opening.open(tensors);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private static NodeSession product(Map<String, OnnxTensor> tensors, int threads) {
        NodeProto gemm = NodeProto.newBuilder()
                .setOpType("Gemm")
                .addInput("xy")
                .addInput("x")
                .addOutput("product")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("transB")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(1))
                .build();
        ModelProto opset = ModelProto.newBuilder()
                .setIrVersion(7)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .build();
        return NodeSession.open(opset, List.of(gemm), Map.of(), tensors, List.of("product"), "Gram matrix", threads);
    }

    /** Both operands share the buffer: X is the upper part of [X; Y]. */
    private Map<String, OnnxTensor> tensors(int width) {
        try {
            var environment = OnnxRuntimeEnvironment.shared();
            Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
            FloatBuffer all = buffer.duplicate().position(0).limit((d + filters) * width);
            FloatBuffer upper = buffer.duplicate().position(0).limit(d * width);
            tensors.put("xy", OnnxTensor.createTensor(environment, all, new long[] {d + filters, width}));
            tensors.put("x", OnnxTensor.createTensor(environment, upper, new long[] {d, width}));
            return tensors;
        } catch (OrtException e) {
            throw InputException.of("Gram matrix", "can not be computed: " + e.getMessage(), "try fewer --samples", e);
        }
    }

    /**
     * Adds {@code count} lines of {@code width} columns each; the lines are written in parallel, row by row.
     *
     * @param weight of a column in the means; the source has multiplied all values with its square root
     */
    void add(int count, int width, double weight, Compute compute, LineSource source) {
        totals[group] += weight * count * width;
        int line = 0;
        while (line < count) {
            int fits = Math.min(count - line, (columns - filled) / width);
            if (fits == 0) {
                flush();
                continue;
            }
            int first = line;
            int at = filled;
            compute.run(d + filters, row -> source.write(row, first, fits, panel, row * columns + at));
            filled += fits * width;
            line += fits;
        }
    }

    /** Where lines come from. */
    interface LineSource {
        /** Writes the parts of {@code count} lines from {@code first} on that belong to {@code row}, one after the other. */
        void write(int row, int first, int count, float[] into, int at);
    }

    private void flush() {
        if (filled == 0) {
            return;
        }
        for (int row = 0; row < d + filters; row++) {
            buffer.put(row * filled, panel, row * columns, filled);
        }
        Map<String, OnnxTensor> tensors = tensors(filled);
        try {
            try (OnnxTensor result = product.run(tensors).getFirst()) {
                float[] values = Tensor.floats(result);
                double[] into = sums[group];
                for (int i = 0; i < into.length; i++) {
                    into[i] += values[i];
                }
            }
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
        rows += filled;
        filled = 0;
    }

    /** From now on lines belong to another channel group. */
    void select(int next) {
        if (next != group) {
            flush();
            group = next;
        }
    }

    /** Number of columns so far, in all groups. */
    long rows() {
        flush();
        return rows;
    }

    /** The mean of x x^T in the group at hand, [d x d]. */
    float[] gram() {
        flush();
        return means(0, d);
    }

    /** The mean of y x^T in the group at hand, [filters x d]. */
    float[] correlation() {
        flush();
        return means(d, filters);
    }

    private float[] means(int firstRow, int height) {
        float[] means = new float[height * d];
        double total = totals[group];
        double[] of = sums[group];
        for (int i = 0; i < means.length; i++) {
            means[i] = (float) (total > 0 ? of[firstRow * d + i] / total : 0);
        }
        return means;
    }

    @Override
    public void close() {
        product.close();
    }
}
