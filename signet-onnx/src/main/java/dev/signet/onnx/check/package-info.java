/**
 * What a model must be before native code sees it: ONNX Runtime and its kernels believe what a file says, and die or work for
 * hours on what is absurd. Called where a model is read; knows ONNX's protobuf classes and no file.
 */
@NullMarked
package dev.signet.onnx.check;

import org.jspecify.annotations.NullMarked;
