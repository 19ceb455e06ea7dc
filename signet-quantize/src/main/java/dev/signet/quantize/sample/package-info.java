/** The samples that a network is looked at with: read from files, or drawn where there are none. */
@NullMarked
package dev.signet.quantize.sample;

import org.jspecify.annotations.NullMarked;
