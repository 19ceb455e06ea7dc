/** Numpy's array files, in which heat maps and calibration inputs come. Depends on nothing else. */
@NullMarked
package dev.signet.lab.array;

import org.jspecify.annotations.NullMarked;
