/**
 * Where a file may be written, and how it gets there whole or not at all.
 *
 * <p>Everything that writes a model uses {@link dev.signet.onnx.store.PendingFile}.
 */
@NullMarked
package dev.signet.onnx.store;

import org.jspecify.annotations.NullMarked;
