/**
 * The heat map {@code attention}: a small self-attention module reads the kernels of a layer and says how much each weight
 * matters; it is trained, with gradients in closed form, so that the output of the quantized layer is that of the original one.
 * Knows weight matrices and second moments of inputs, no models; used by the pipeline.
 */
@NullMarked
package dev.signet.lab.attention;

import org.jspecify.annotations.NullMarked;
