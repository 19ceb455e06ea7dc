/** NumPy's files: arrays ({@code .npy}) and archives of them ({@code .npz}). */
@NullMarked
package dev.signet.quantize.array;

import org.jspecify.annotations.NullMarked;
