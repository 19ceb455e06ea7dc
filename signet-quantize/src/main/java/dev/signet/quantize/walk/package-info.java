/**
 * Runs a network node by node in ONNX Runtime, the original beside the one whose weights are replaced on the way.
 *
 * <p>{@link dev.signet.quantize.walk.NetworkWalk} is the one walk; statistics and corrections are its visitors.
 */
@NullMarked
package dev.signet.quantize.walk;

import org.jspecify.annotations.NullMarked;
