/** Placeholder. */
@NullMarked
package dev.signet.cli;

import org.jspecify.annotations.NullMarked;
