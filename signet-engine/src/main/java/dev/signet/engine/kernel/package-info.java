/**
 * The arithmetic of the engine: one interface of methods on primitive arrays, a plain twin and a Vector API twin behind it,
 * chosen once. Nothing outside this package knows that the incubator exists.
 */
@NullMarked
package dev.signet.engine.kernel;

import org.jspecify.annotations.NullMarked;
