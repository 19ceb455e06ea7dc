/** Finds one layer's multi-bit weights: output-aware, or by a heat map and where that comes from. */
@NullMarked
package dev.signet.quantize.solve;

import org.jspecify.annotations.NullMarked;
