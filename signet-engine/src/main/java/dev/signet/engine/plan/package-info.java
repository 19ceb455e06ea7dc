/**
 * How to run a graph on inputs of given shapes: constants folded, steps in their order, buffers shared by values that are not alive
 * at the same time, and the trial whether rounding is borne. Only {@code dev.signet.engine} uses it.
 */
@NullMarked
package dev.signet.engine.plan;

import org.jspecify.annotations.NullMarked;
