/** Training of image classifiers. Uses {@code loop} and {@code graph}. */
@NullMarked
package dev.signet.train.classify;

import org.jspecify.annotations.NullMarked;
