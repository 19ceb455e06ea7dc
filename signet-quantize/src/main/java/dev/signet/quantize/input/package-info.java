/** What a network's inputs are: layout, range, normalization. */
@NullMarked
package dev.signet.quantize.input;

import org.jspecify.annotations.NullMarked;
