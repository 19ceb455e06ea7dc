package dev.signet.lab.report;

import dev.signet.lab.inspect.HeatGrid;

/** A heat map as a picture. */
public record HeatPicture(String caption, HeatGrid grid) implements Block {}
