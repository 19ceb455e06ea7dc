/** What the command line says of itself: help in groups, and what somebody may have meant. For the command line alone. */
@NullMarked
package dev.signet.cli.help;

import org.jspecify.annotations.NullMarked;
