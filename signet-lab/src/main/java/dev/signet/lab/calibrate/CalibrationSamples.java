package dev.signet.lab.calibrate;

import ai.onnxruntime.OnnxTensor;
import java.util.List;
import java.util.Map;

/**
 * What a network is looked at with.
 *
 * @param chunks for each chunk of samples a tensor for every input of the network
 * @param batchStatistics whether BatchNormalization takes the samples' own statistics
 * @param description for people: "1024 dead-leaves and 512 noise images, renormalized by 19 BatchNormalization nodes"
 */
public record CalibrationSamples(List<Map<String, OnnxTensor>> chunks, boolean batchStatistics, String description) {}
