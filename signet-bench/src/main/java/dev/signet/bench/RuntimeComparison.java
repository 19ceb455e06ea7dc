package dev.signet.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.signet.core.compute.Workers;
import dev.signet.engine.EngineOptions;
import dev.signet.engine.Network;
import dev.signet.engine.Session;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.file.OnnxModel;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * The engine beside ONNX Runtime on one model, one thread each, in turns: what disturbs the machine disturbs both, so that the
 * ratio can be trusted where the times can not.
 */
public final class RuntimeComparison implements AutoCloseable {
    private final Session session;
    private final OrtSession reference;
    private final OnnxTensor input;
    private final Map<String, OnnxTensor> inputs;

    /**
     * @param engineModel what the engine runs
     * @param referenceModel what ONNX Runtime runs: the same, or its fp32 twin
     * @param sample input of both
     * @throws OrtException if ONNX Runtime does not open the model
     */
    public RuntimeComparison(OnnxModel engineModel, OnnxModel referenceModel, Tensor sample) throws OrtException {
        Network network = Network.of(engineModel, EngineOptions.DEFAULT);
        session = network.session(Workers.CALLER, sample.shape());
        System.arraycopy(sample.floats(), 0, session.input(0).floats(), 0, sample.size());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            reference = environment.createSession(referenceModel.proto().toByteArray(), options);
        }
        long[] dims = Arrays.stream(sample.shape().dims()).asLongStream().toArray();
        input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(sample.floats(), 0, sample.size()), dims);
        inputs = Map.of(network.inputs().getFirst(), input);
    }

    /**
     * Times of one run.
     *
     * @param milliseconds the engine's
     * @param onnxruntimeMilliseconds ONNX Runtime's
     */
    public record Times(double milliseconds, double onnxruntimeMilliseconds) {
        /** Above 1 the engine is faster. */
        public double ratio() {
            return onnxruntimeMilliseconds / milliseconds;
        }
    }

    /**
     * Measures.
     *
     * @param warmUp rounds that do not count: the JIT compiler needs some seconds of them
     * @param rounds rounds that count
     * @param runs runs of each runtime in a round
     * @return the lower quartile over the rounds: other processes make rounds slower, never faster
     * @throws OrtException if ONNX Runtime fails
     */
    public Times measure(int warmUp, int rounds, int runs) throws OrtException {
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        for (int round = -warmUp; round < rounds; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < runs; i++) {
                session.run();
            }
            long middle = System.nanoTime();
            for (int i = 0; i < runs; i++) {
                reference.run(inputs).close();
            }
            long end = System.nanoTime();
            if (round >= 0) {
                ours[round] = (middle - start) / 1e6 / runs;
                theirs[round] = (end - middle) / 1e6 / runs;
            }
        }
        Arrays.sort(ours);
        Arrays.sort(theirs);
        return new Times(ours[rounds / 4], theirs[rounds / 4]);
    }

    @Override
    public void close() throws OrtException {
        input.close();
        reference.close();
    }
}
