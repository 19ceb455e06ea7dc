/**
 * Convolutions with stride 1 as Winograd convolutions: tiles, their points, the products of points, and when this is worth it. Used by
 * the operator Conv; knows products, but no graph and no operator.
 */
@NullMarked
package dev.signet.engine.winograd;

import org.jspecify.annotations.NullMarked;
