/** Options that several commands have, and what follows from them. For the commands of this module and of plug-ins. */
@NullMarked
package dev.signet.cli.option;

import org.jspecify.annotations.NullMarked;
