/**
 * The main job, from a model file to a small, verified model file.
 *
 * <p>{@link dev.signet.quantize.ModelQuantizer} is the way in, {@link dev.signet.quantize.QuantizeOptions} what it is told and
 * {@link dev.signet.quantize.QuantizeReport} what it answers. Never prints, never exits.
 */
@NullMarked
package dev.signet.quantize;

import org.jspecify.annotations.NullMarked;
