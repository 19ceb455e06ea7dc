/** Self-contained HTML pages with the figures of a run. Uses results only, never a model. */
@NullMarked
package dev.signet.lab.report;

import org.jspecify.annotations.NullMarked;
