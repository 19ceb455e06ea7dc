/**
 * Values that flow through a network: shapes, types and tensors of plain arrays. Everything in the engine may use it, and so may
 * its users.
 */
@NullMarked
package dev.signet.engine.tensor;

import org.jspecify.annotations.NullMarked;
