/** The commands of {@code signet train}, which the command line finds as a plug-in. Uses all other packages of this module. */
@NullMarked
package dev.signet.train.command;

import org.jspecify.annotations.NullMarked;
