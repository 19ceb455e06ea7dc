/**
 * The self-attention heat map: a small module that reads a layer's kernels and says how much each weight matters.
 *
 * <p>{@link dev.signet.quantize.attention.AttentionHeatMap} is the way in. Trained in plain Java against the layer's outputs.
 */
@NullMarked
package dev.signet.quantize.attention;

import org.jspecify.annotations.NullMarked;
