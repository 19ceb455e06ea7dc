/**
 * Images that stand in for data: procedural ones where there are none, the user's where there are some. Uses
 * {@code dev.signet.lab.image} only.
 */
@NullMarked
package dev.signet.lab.sample;

import org.jspecify.annotations.NullMarked;
