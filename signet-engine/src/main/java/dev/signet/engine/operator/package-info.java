/**
 * ONNX's operators: each infers the shapes of its outputs and says how to compute them. {@link
 * dev.signet.engine.operator.Operators} finds them by name; plans are made of what they return.
 */
@NullMarked
package dev.signet.engine.operator;

import org.jspecify.annotations.NullMarked;
