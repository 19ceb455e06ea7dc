/** What a model is made of and what it would take at each number of bits. Uses signet-onnx and signet-core. */
@NullMarked
package dev.signet.lab.inspect;

import org.jspecify.annotations.NullMarked;
