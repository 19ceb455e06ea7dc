package dev.signet.lab.speed;

import ai.onnxruntime.OnnxTensor;
import dev.signet.core.compute.Workers;
import dev.signet.engine.Network;
import dev.signet.engine.Session;
import dev.signet.engine.tensor.Shape;
import dev.signet.onnx.InputException;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.runtime.TensorSpec;
import dev.signet.quantize.runtime.TrialInputs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a network is timed on: seeded noise of the model's own shapes, open sides 224 for a classifier and 256 for an image
 * network.
 *
 * @param specs the inputs
 * @param shapes of each, every dimension given
 */
record NetworkInputs(List<TensorSpec> specs, Map<String, long[]> shapes) {
    private static final int CLASSIFIER_SIDE = 224;
    private static final int IMAGE_SIDE = 256;
    private static final int SEED = 1;

    /**
     * Inputs that the model runs on.
     *
     * @param batch samples, where the model leaves their number open
     * @throws InputException if there are none, as ONNX Runtime says it of the likeliest
     */
    static NetworkInputs of(OnnxRuntimeModel model, int batch) {
        InputException refused = null;
        for (Map<String, long[]> shapes : candidates(model, batch)) {
            NetworkInputs inputs = new NetworkInputs(model.inputs(), shapes);
            try {
                Map<String, OnnxTensor> feeds = inputs.feeds();
                try {
                    model.run(feeds);
                } finally {
                    feeds.values().forEach(OnnxTensor::close);
                }
                return inputs;
            } catch (InputException e) {
                refused = refused == null ? e : refused;
            }
        }
        throw Objects.requireNonNull(refused);
    }

    /** The shapes to try, the usual ones first. */
    private static List<Map<String, long[]>> candidates(OnnxRuntimeModel model, int batch) {
        boolean classifier = model.outputs().getFirst().shape().length == 2;
        Map<String, long[]> usual = new LinkedHashMap<>();
        for (TensorSpec input : model.inputs()) {
            long[] shape = input.shape().clone();
            for (int i = 0; i < shape.length; i++) {
                if (shape[i] < 0) {
                    shape[i] = i == 0 ? batch : i == 1 ? 3 : classifier ? CLASSIFIER_SIDE : IMAGE_SIDE;
                }
            }
            usual.put(input.name(), shape);
        }
        List<Map<String, long[]>> candidates = new ArrayList<>();
        candidates.add(usual);
        candidates.addAll(TrialInputs.shapes(model.inputs()));
        return candidates;
    }

    /** A tensor for each input, the same every time; they are the caller's to close. */
    Map<String, OnnxTensor> feeds() {
        return TrialInputs.feeds(specs, shapes, SEED);
    }

    /** Shape of the first input. */
    long[] first() {
        return Objects.requireNonNull(shapes.get(specs.getFirst().name()));
    }

    /** A session of {@code network} with these inputs in place. */
    Session session(Network network, Workers workers) {
        Shape[] dims = network.inputs().stream()
                .map(name -> Shape.of(Objects.requireNonNull(shapes.get(name))))
                .toArray(Shape[]::new);
        Session session = network.session(workers, dims);
        Map<String, OnnxTensor> feeds = feeds();
        try {
            for (int i = 0; i < dims.length; i++) {
                float[] values = Tensor.floats(
                        Objects.requireNonNull(feeds.get(network.inputs().get(i))));
                var input = session.input(i);
                for (int k = 0; k < values.length; k++) {
                    if (input.isFloating()) {
                        input.floats()[k] = values[k];
                    } else {
                        input.longs()[k] = (long) values[k];
                    }
                }
            }
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
        return session;
    }
}
