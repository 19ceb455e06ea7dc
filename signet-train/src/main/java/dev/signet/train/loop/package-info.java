/** The training loop: optimizer, schedule, checkpoints, progress. What is learned is an {@code Objective}; uses {@code graph}. */
@NullMarked
package dev.signet.train.loop;

import org.jspecify.annotations.NullMarked;
