/** Tests of the solvers: against brute force, an independent implementation, and the properties that they promise. */
@NullMarked
package dev.signet.core.solve;

import org.jspecify.annotations.NullMarked;
