/** The networks that are trained, as ONNX graphs. Knows ONNX only, no trainer. */
@NullMarked
package dev.signet.train.network;

import org.jspecify.annotations.NullMarked;
