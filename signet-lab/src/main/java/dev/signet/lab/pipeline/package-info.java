/** The main job from a model file to a verified model file: scan, solve, rewrite, verify, report. Uses all modules below. */
@NullMarked
package dev.signet.lab.pipeline;

import org.jspecify.annotations.NullMarked;
