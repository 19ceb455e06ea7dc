/**
 * How a network wants its pictures: the order and size of its input, and the range of its values. Uses pictures and a runtime;
 * the tasks and the calibration use it.
 */
@NullMarked
package dev.signet.lab.input;

import org.jspecify.annotations.NullMarked;
