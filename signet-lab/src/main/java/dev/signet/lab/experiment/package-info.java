/**
 * Comparisons: one model quantized in many ways and evaluated on one task, as a table of cells. Uses
 * {@code dev.signet.quantize}, the tasks and the baselines.
 */
@NullMarked
package dev.signet.lab.experiment;

import org.jspecify.annotations.NullMarked;
