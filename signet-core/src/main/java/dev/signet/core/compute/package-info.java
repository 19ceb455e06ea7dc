/**
 * How work is shared between threads, how far it is, and where its time goes.
 *
 * <p>The threads are the caller's: nothing here starts one. Every module may use it.
 */
@NullMarked
package dev.signet.core.compute;

import org.jspecify.annotations.NullMarked;
