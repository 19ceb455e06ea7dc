/** The tasks that a model is evaluated on, and their metrics. Uses datasets and a runtime. */
@NullMarked
package dev.signet.lab.task;

import org.jspecify.annotations.NullMarked;
