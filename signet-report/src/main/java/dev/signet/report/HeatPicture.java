package dev.signet.report;

import dev.signet.quantize.inspect.HeatGrid;

/** A heat map as a picture. */
public record HeatPicture(String caption, HeatGrid grid) implements Block {}
