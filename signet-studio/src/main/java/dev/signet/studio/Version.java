package dev.signet.studio;

import dev.signet.quantize.QuantizeReport;
import java.nio.file.Path;

/**
 * A small version of a model.
 *
 * @param recipe how it was made
 * @param file where it is
 * @param report what came of it
 * @param seconds that it took
 */
record Version(Recipe recipe, Path file, QuantizeReport report, double seconds) {}
