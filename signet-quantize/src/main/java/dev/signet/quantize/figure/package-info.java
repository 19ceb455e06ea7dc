/** What quantization costs at a network's outputs, on samples that nothing was solved with, and what to do about it. */
@NullMarked
package dev.signet.quantize.figure;

import org.jspecify.annotations.NullMarked;
