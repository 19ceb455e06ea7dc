package dev.signet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.compute.Workers;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.engine.tensor.Shape;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session allocates nothing once the JIT compiler has done its work. */
@Tag("real")
class SteadyStateTest {
    private static final int RUNS = 20;
    private static final int MOST_ROUNDS = 500;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void aRunOfResNet20AllocatesNothing(int bits) {
        OnnxModel model = ModelFile.read(
                Path.of(System.getProperty("signet.assets"), "models/classification/resnet20-cifar10.onnx"));
        Session session = Network.of(bits == 0 ? model : packed(model, bits), EngineOptions.DEFAULT)
                .session(Workers.CALLER, new Shape(1, 3, 32, 32));
        // Until C2 has compiled the kernels their vectors are objects.
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < MOST_ROUNDS && bytes > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < RUNS; i++) {
                session.run();
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(bytes).isZero();
    }

    private static OnnxModel packed(OnnxModel model, int bits) {
        Map<WeightTensor, MultiBitWeight> weights = new HashMap<>();
        for (WeightTensor weight : WeightScan.of(model).weights()) {
            weights.put(weight, Quantizer.greedy(bits).quantize(weight.matrix()));
        }
        return new ModelRewriter(model).rewrite(weights, Format.PACKED);
    }
}
