/** Pictures drawn by chance, for networks that come without data. A seed gives the same picture everywhere. */
@NullMarked
package dev.signet.quantize.drawn;

import org.jspecify.annotations.NullMarked;
