/** Placeholder. */
@NullMarked
package dev.signet.lab;

import org.jspecify.annotations.NullMarked;
