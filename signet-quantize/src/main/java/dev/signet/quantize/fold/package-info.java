/**
 * Makes a model's weights stored tensors of its main graph: local functions that deal with weights are put in place of their
 * calls, constants leave the bodies of If, Loop and Scan, and what is computed from constants is computed once.
 *
 * <p>{@link dev.signet.quantize.fold.StoredWeights} is the way in; whatever quantizes or inspects a model may use it.
 */
@NullMarked
package dev.signet.quantize.fold;

import org.jspecify.annotations.NullMarked;
