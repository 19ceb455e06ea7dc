/**
 * Pictures that the project draws itself, to train and evaluate its built-in samples with: labelled figures, scenes with the
 * edges and textures of photographs, works of art. A picture depends on its number only, is the same on every machine and
 * has 8-bit values. It shares nothing with {@code dev.signet.quantize.drawn}, whose pictures may change whenever
 * calibration gains by it. Uses {@code dev.signet.quantize.image} and {@code dev.signet.lab.dataset}.
 */
@NullMarked
package dev.signet.lab.drawing;

import org.jspecify.annotations.NullMarked;
