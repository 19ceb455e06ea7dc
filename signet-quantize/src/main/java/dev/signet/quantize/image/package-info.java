/** Pictures: read, written, resampled, and turned into what a network takes. */
@NullMarked
package dev.signet.quantize.image;

import org.jspecify.annotations.NullMarked;
