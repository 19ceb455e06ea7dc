/** The command line: one class per command, and what they share. Uses all other modules; nothing uses it. */
@NullMarked
package dev.signet.cli;

import org.jspecify.annotations.NullMarked;
