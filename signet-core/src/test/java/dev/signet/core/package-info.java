/** Tests of the public way in: quantizers, sizes, packing. */
@NullMarked
package dev.signet.core;

import org.jspecify.annotations.NullMarked;
