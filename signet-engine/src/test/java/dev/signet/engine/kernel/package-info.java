/** Tests of the kernels: the twins against each other. */
@NullMarked
package dev.signet.engine.kernel;

import org.jspecify.annotations.NullMarked;
