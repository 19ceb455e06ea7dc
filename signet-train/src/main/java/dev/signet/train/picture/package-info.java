/** Training of networks that make pictures of pictures. Uses {@code loop}, {@code graph}, {@code network} and {@code output}. */
@NullMarked
package dev.signet.train.picture;

import org.jspecify.annotations.NullMarked;
