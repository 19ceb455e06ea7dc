package dev.signet.train.picture;

import ai.djl.ndarray.NDArray;
import dev.signet.train.graph.DifferentiableModel;
import dev.signet.train.loop.EpochReport;
import dev.signet.train.loop.TrainingFiles;
import dev.signet.train.output.TrainedFile;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came out.
 *
 * @param curve a point for each epoch
 * @param file the network
 */
public record Result(List<EpochReport> curve, TrainedFile file) {
    static Result write(
            List<EpochReport> curve,
            DifferentiableModel model,
            NDArray sample,
            Map<String, String> metadata,
            TrainingFiles files,
            int threads) {
        Map<String, String> all = new TreeMap<>(metadata);
        curve.getLast().metrics().forEach((name, value) -> all.put("signet.training." + name, value.toString()));
        return new Result(curve, TrainedFile.write(model, sample, all, files.output(), files.force(), threads));
    }
}
