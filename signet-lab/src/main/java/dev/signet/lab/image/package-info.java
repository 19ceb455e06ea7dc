/** Pictures as arrays: reading them, resizing and cropping them, and turning them into a network's input. Depends on nothing else. */
@NullMarked
package dev.signet.lab.image;

import org.jspecify.annotations.NullMarked;
