/**
 * Methods that others use, to compare with: halves and bytes, uniform levels, palettes. Functions from arrays to the values and
 * bytes that come of them, and a model whose layers' inputs are rounded; used by experiments only.
 */
@NullMarked
package dev.signet.lab.baseline;

import org.jspecify.annotations.NullMarked;
