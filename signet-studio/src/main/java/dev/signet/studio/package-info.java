/**
 * The local page of {@code signet studio}: a server for one person on this machine, and what it keeps between requests. All
 * quantizing is {@link dev.signet.quantize.ModelQuantizer}'s; only the command line uses this.
 */
@NullMarked
package dev.signet.studio;

import org.jspecify.annotations.NullMarked;
