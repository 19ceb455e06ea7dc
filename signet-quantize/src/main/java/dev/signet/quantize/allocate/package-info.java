/** How many bits each layer gets: the damage that bits do, and the knapsack that deals them out. */
@NullMarked
package dev.signet.quantize.allocate;

import org.jspecify.annotations.NullMarked;
