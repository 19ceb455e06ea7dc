/**
 * Plans: many models in many settings, written down in a file, and the work that they are made of: quantizing a cell, measuring it on
 * a shard of the images, putting the shards together. Who does the work, on one machine or on many, is not decided here; the
 * embedded runner is the simplest answer.
 */
@NullMarked
package dev.signet.lab.plan;

import org.jspecify.annotations.NullMarked;
