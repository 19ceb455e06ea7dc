/**
 * Multi-bit weights and how to make them: a weight tensor as a few sign planes times a few coefficients.
 *
 * <p>Arrays in, arrays out: no file, no node of a network and no thread pool of its own. Every other module may use it.
 */
@NullMarked
package dev.signet.core;

import org.jspecify.annotations.NullMarked;
