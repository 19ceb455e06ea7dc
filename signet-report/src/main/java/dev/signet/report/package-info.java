/**
 * Pages that people look at: one HTML file each, with its charts and pictures inside. No figure is computed here.
 */
@NullMarked
package dev.signet.report;

import org.jspecify.annotations.NullMarked;
