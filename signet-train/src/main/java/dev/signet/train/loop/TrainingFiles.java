package dev.signet.train.loop;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a training run reads and writes.
 *
 * @param output the trained network
 * @param force whether an existing output is replaced
 * @param checkpoint the state to go on from after an interruption
 * @param resume whether to go on from it
 * @param checkpointEvery time after which it is written within an epoch; it is written at the end of each, too
 */
public record TrainingFiles(Path output, boolean force, Path checkpoint, boolean resume, Duration checkpointEvery) {}
