package dev.signet.lab.agreement;

import dev.signet.lab.metric.Measured;
import dev.signet.quantize.runtime.Tensor;
import java.util.Map;

/** Compares a network's outputs with the original's, sample by sample; not to be used twice, nor by several threads. */
public interface Comparison {
    /**
     * What two networks gave for a sample.
     *
     * @param expected the original's outputs
     * @param actual the other one's
     */
    void add(Map<String, Tensor> expected, Map<String, Tensor> actual);

    /** The figures of all samples. */
    Measured measured();
}
