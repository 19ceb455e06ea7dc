/**
 * Methods that others use, to compare with: uniform quantization of weights, one scale and zero point for each output channel.
 * Pure functions from arrays to codes; uses the core's weight matrix only.
 */
@NullMarked
package dev.signet.lab.baseline;

import org.jspecify.annotations.NullMarked;
