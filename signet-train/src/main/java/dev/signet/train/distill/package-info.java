/** Samples without data, from gradients: images whose statistics inside a network are those of its training images. */
@NullMarked
package dev.signet.train.distill;

import org.jspecify.annotations.NullMarked;
