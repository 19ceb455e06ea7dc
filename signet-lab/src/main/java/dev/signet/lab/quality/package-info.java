/** How much one picture differs from another: squared error, PSNR, structural similarity. Uses pictures only; the tasks use it. */
@NullMarked
package dev.signet.lab.quality;

import org.jspecify.annotations.NullMarked;
