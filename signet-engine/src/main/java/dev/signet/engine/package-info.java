/** Placeholder. */
@NullMarked
package dev.signet.engine;

import org.jspecify.annotations.NullMarked;
