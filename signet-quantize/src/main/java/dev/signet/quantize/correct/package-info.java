/** Quantizes the layers in the order of the network, and corrects each layer's outputs in scale and bias. */
@NullMarked
package dev.signet.quantize.correct;

import org.jspecify.annotations.NullMarked;
