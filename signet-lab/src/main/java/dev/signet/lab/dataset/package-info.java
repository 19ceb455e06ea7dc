/** Labelled images that a model is evaluated on. Uses {@code dev.signet.quantize.image}. */
@NullMarked
package dev.signet.lab.dataset;

import org.jspecify.annotations.NullMarked;
