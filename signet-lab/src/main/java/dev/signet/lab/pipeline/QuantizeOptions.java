package dev.signet.lab.pipeline;

import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.onnx.rewrite.Format;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a model is quantized.
 *
 * @param bits sign planes per tensor
 * @param method the solver
 * @param importance the heat map
 * @param grouping which weights share coefficients
 * @param offset whether groups have a constant term
 * @param format how the weights are written
 * @param exclude tensors (or nodes) that are kept
 * @param inputShapes shapes to verify with, or null to find some
 * @param seed of all that is random
 * @param threads threads to work with
 */
public record QuantizeOptions(
        BitPolicy bits,
        Method method,
        Importance importance,
        Grouping grouping,
        boolean offset,
        Format format,
        List<NamePattern> exclude,
        @Nullable Map<String, long[]> inputShapes,
        long seed,
        int threads) {}
