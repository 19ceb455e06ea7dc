/**
 * How far a network's outputs agree with the original's, in terms of what they are for: boxes, masks, features, texts, sound,
 * classes. Needs no labels; pure functions of outputs, used by the tasks.
 */
@NullMarked
package dev.signet.lab.agreement;

import org.jspecify.annotations.NullMarked;
