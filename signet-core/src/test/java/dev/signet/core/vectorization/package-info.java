/** Tests that run every kernel in plain Java and with the Vector API on the same data. */
@NullMarked
package dev.signet.core.vectorization;

import org.jspecify.annotations.NullMarked;
