package dev.signet.lab.experiment;

import java.util.Map;

/**
 * What one setting gave.
 *
 * @param setting how the model was quantized
 * @param bytes of the file; for a baseline what the file would have with codes, fp16 scales and zero points in place of floats
 * @param metrics of the task, by name
 */
public record Cell(Setting setting, long bytes, Map<String, Double> metrics) {}
