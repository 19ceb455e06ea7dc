/** What a person wants to see of a model's weights: summaries, histograms, levels, heat maps. Arrays, no pages. */
@NullMarked
package dev.signet.quantize.inspect;

import org.jspecify.annotations.NullMarked;
