/** What comes out of training: ONNX files that were checked against the trainer. Uses {@code graph}. */
@NullMarked
package dev.signet.train.output;

import org.jspecify.annotations.NullMarked;
