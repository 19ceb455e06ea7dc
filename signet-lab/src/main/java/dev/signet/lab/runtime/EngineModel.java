package dev.signet.lab.runtime;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import dev.signet.core.compute.Workers;
import dev.signet.engine.EngineOptions;
import dev.signet.engine.Network;
import dev.signet.engine.Session;
import dev.signet.engine.tensor.Shape;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.runtime.RunnableModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.runtime.TensorSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model opened in Signet's own engine. */
public final class EngineModel implements RunnableModel {
    private final String name;
    private final Network network;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final Workers workers;
    // Buffers are kept for the next input of the same shape: batches of a data set, rounds of a benchmark.
    private @Nullable Session session;
    private long[] sessionShape = {};

    // The model itself is not kept: its floats are in the network already.
    private EngineModel(OnnxModel model, EngineOptions options, Workers workers) {
        GraphProto graph = model.proto().getGraph();
        this.name = model.where();
        this.network = Network.of(model, options);
        this.inputs = specs(network.inputs(), graph.getInputList());
        this.outputs = specs(network.outputs(), graph.getOutputList());
        this.workers = workers;
    }

    /**
     * Opens a model file, its weights left as packed as the file has them.
     *
     * @param workers who does the work
     * @throws InputException if it is no ONNX model, or uses operators that the engine does not have
     */
    public static EngineModel open(Path file, Workers workers) {
        return of(ModelFile.read(file), EngineOptions.DEFAULT, workers);
    }

    /**
     * A model that was read already.
     *
     * @throws InputException as {@link #open}
     */
    public static EngineModel of(OnnxModel model, EngineOptions options, Workers workers) {
        return new EngineModel(model, options, workers);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    private static List<TensorSpec> specs(List<String> names, List<ValueInfoProto> declared) {
        Map<String, TypeProto.Tensor> types = new HashMap<>();
        declared.forEach(value -> types.put(value.getName(), value.getType().getTensorType()));
        return names.stream()
                .map(name -> spec(name, types.getOrDefault(name, TypeProto.Tensor.getDefaultInstance())))
                .toList();
    }

    private static TensorSpec spec(String name, TypeProto.Tensor type) {
        long[] shape = type.getShape().getDimList().stream()
                .mapToLong(EngineModel::dimension)
                .toArray();
        return new TensorSpec(
                name, shape, OnnxJavaType.mapFromOnnxTensorType(OnnxTensorType.mapFromInt(type.getElemType())));
    }

    private static long dimension(TensorShapeProto.Dimension dimension) {
        return dimension.hasDimValue() && dimension.getDimValue() >= 0 ? dimension.getDimValue() : -1;
    }

    @Override
    public PreparedRun prepare(float[] values, long... shape) {
        TensorSpec spec = input();
        Session current = session(shape);
        var input = current.input(0);
        if (!input.isFloating()) {
            throw InputException.of(
                    "%s: input '%s'".formatted(name, spec.name()),
                    "takes integers",
                    "use a model that takes floating-point numbers");
        }
        if (input.size() != values.length) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "%d values do not fill the shape %s", values.length, Arrays.toString(shape)));
        }
        System.arraycopy(values, 0, input.floats(), 0, values.length);
        return new SessionRun(current);
    }

    private Session session(long[] shape) {
        Session current = session;
        if (current == null || !Arrays.equals(shape, sessionShape)) {
            // The old buffers may go before the new ones come.
            session = null;
            current = network.session(workers, Shape.of(shape));
            session = current;
            sessionShape = shape.clone();
        }
        return current;
    }

    private record SessionRun(Session session) implements PreparedRun {
        @Override
        public void run() {
            session.run();
        }

        @Override
        public Tensor output() {
            var output = session.output(0);
            long[] shape = Arrays.stream(output.shape().dims()).asLongStream().toArray();
            float[] values = new float[output.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = output.isFloating() ? output.floats()[i] : output.longs()[i];
            }
            return new Tensor(shape, values);
        }

        @Override
        public void close() {
            // The buffers belong to the model.
        }
    }

    @Override
    public void close() {
        session = null;
    }
}
