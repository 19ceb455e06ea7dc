/**
 * The models that come with Signet, trained by {@code signet train} on drawn pictures, and the comparison that {@code signet demo}
 * makes with them. Uses {@code dev.signet.lab.drawing}, the experiment and the tasks.
 */
@NullMarked
package dev.signet.lab.builtin;

import org.jspecify.annotations.NullMarked;
