/**
 * Matrices of weights times the columns of an input: the layouts of weights in memory, the ways to multiply them, what each costs, and
 * what is done to finished sums. Knows tensors and kernels, but no graph and no operator.
 */
@NullMarked
package dev.signet.engine.product;

import org.jspecify.annotations.NullMarked;
