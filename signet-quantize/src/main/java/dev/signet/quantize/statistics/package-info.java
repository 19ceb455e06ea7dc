/**
 * What a layer's inputs are like: Gram matrices of im2col rows, means, and the least-squares targets that follow from them.
 *
 * <p>Made on a {@link dev.signet.quantize.walk.NetworkWalk}; the solvers read {@link
 * dev.signet.quantize.statistics.LayerStatistics}.
 */
@NullMarked
package dev.signet.quantize.statistics;

import org.jspecify.annotations.NullMarked;
