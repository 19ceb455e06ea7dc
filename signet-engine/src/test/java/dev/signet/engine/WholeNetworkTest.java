package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.core.Grouping;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.compute.Workers;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.GraphEdits;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.rewrite.Provenance;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A whole network in every mode, against ONNX Runtime. The build runs this class three times: with the machine's vectors, with those of
 * AVX2 ({@code -XX:UseAVX=2}) and without the Vector API ({@code -Dsignet.vectorization=scalar}).
 */
class WholeNetworkTest {
    private static final double ROUNDED = 0.05;

    @Test
    void theKernelsAreThoseThatThisRunAsksFor() {
        String expected = System.getProperty("signet.test.kernels", "");
        assertThat(KernelChoice.kernels().name()).startsWith(expected);
    }

    @Test
    void floatWeights() throws Exception {
        check(SmallNetwork.model());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void packedWeights(int bits) throws Exception {
        check(packed(bits, new Grouping.Filter()));
    }

    @Test
    void packedWeightsInBlocks() throws Exception {
        check(packed(3, new Grouping.Block(20)));
    }

    private static OnnxModel packed(int bits, Grouping grouping) {
        OnnxModel model = SmallNetwork.model();
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        for (WeightTensor weight : WeightScan.of(model).weights()) {
            weights.put(weight, Quantizer.greedy(bits).grouping(grouping).quantize(weight.matrix()));
        }
        return new ModelRewriter(model).rewrite(weights, Format.PACKED, Provenance.of(Map.of()), GraphEdits.NONE);
    }

    private static void check(OnnxModel model) throws Exception {
        Tensor x = SmallNetwork.input();
        List<Tensor> expected = OnnxRuntime.run(model.proto().toByteArray(), Map.of(SmallNetwork.INPUT, x));
        try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
            for (WeightMode mode : WeightMode.values()) {
                for (Precision precision : Precision.values()) {
                    Network network = Network.of(model, new EngineOptions(mode, precision));
                    double tolerance = precision == Precision.EXACT ? 2e-5 : ROUNDED;
                    for (Workers workers : List.of(Workers.CALLER, Workers.of(pool, 2))) {
                        List<Tensor> actual = network.run(workers, List.of(x));
                        for (int i = 0; i < expected.size(); i++) {
                            assertAgree(actual.get(i), expected.get(i), tolerance);
                        }
                    }
                }
            }
        }
    }
}
