package dev.signet.quantize.walk;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.signet.onnx.InputException;
import dev.signet.quantize.runtime.ElementTypes;
import dev.signet.quantize.runtime.OnnxRuntimeEnvironment;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** One node of a model, run in ONNX Runtime as a model of its own. */
public final class NodeSession implements AutoCloseable {
    private final String where;
    private final OrtSession.SessionOptions options;
    private final OrtSession session;
    private final LargeConstants large;

    private NodeSession(String where, OrtSession.SessionOptions options, OrtSession session, LargeConstants large) {
        this.where = where;
        this.options = options;
        this.session = session;
        this.large = large;
    }

    /** {@link #open(ModelProto, List, Map, LargeConstants, Map, List, String, int)} with small constants only. */
    public static NodeSession open(
            ModelProto whole,
            List<NodeProto> nodes,
            Map<String, TensorProto> constants,
            Map<String, OnnxTensor> inputs,
            List<String> outputs,
            String where,
            int threads) {
        return open(whole, nodes, constants, new LargeConstants(), inputs, outputs, where, threads);
    }

    /**
     * A model with nothing but some nodes.
     *
     * @param whole gives IR version, opsets and functions
     * @param nodes what is run, in order
     * @param constants initializers, by the names under which the nodes use them
     * @param large more of them, which are not copied; closed with the session
     * @param inputs the tensors that will be fed: their element types
     * @param outputs the names of what is wanted
     * @param where file and node, for messages
     * @param threads of one operator
     */
    public static NodeSession open(
            ModelProto whole,
            List<NodeProto> nodes,
            Map<String, TensorProto> constants,
            LargeConstants large,
            Map<String, OnnxTensor> inputs,
            List<String> outputs,
            String where,
            int threads) {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("layer").addAllNode(nodes);
        constants.forEach((name, tensor) ->
                graph.addInitializer(tensor.toBuilder().setName(name).build()));
        large.stubs().forEach(graph::addInitializer);
        Set<String> used =
                nodes.stream().flatMap(node -> Subgraphs.inputs(node).stream()).collect(Collectors.toSet());
        whole.getGraph().getSparseInitializerList().stream()
                .filter(sparse -> used.contains(sparse.getValues().getName()))
                .forEach(graph::addSparseInitializer);
        inputs.forEach((name, tensor) -> graph.addInput(valueInfo(name, tensor)));
        outputs.forEach(name -> graph.addOutput(ValueInfoProto.newBuilder().setName(name)));
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(Math.max(4, whole.getIrVersion()))
                .addAllOpsetImport(whole.getOpsetImportList())
                .addAllFunctions(whole.getFunctionsList())
                .setGraph(graph)
                .build();
        var options = new OrtSession.SessionOptions();
        try {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            OnnxRuntimeModel.setThreads(options, threads);
            large.addTo(options);
            OrtSession session = OnnxRuntimeEnvironment.shared().createSession(model.toByteArray(), options);
            return new NodeSession(where, options, session, large);
        } catch (OrtException e) {
            options.close();
            large.close();
            throw InputException.of(
                    where, "ONNX Runtime can not open the node: " + e.getMessage(), "check the model", e);
        }
    }

    private static ValueInfoProto valueInfo(String name, OnnxTensor tensor) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(ElementTypes.of(tensor).number())))
                .build();
    }

    /**
     * Runs the nodes once.
     *
     * @return the outputs, as they were asked for; the caller closes them
     */
    public List<OnnxTensor> run(Map<String, OnnxTensor> feeds) {
        List<OnnxValue> values = new ArrayList<>();
        try {
            // The result is not closed: its tensors live on, each until the walk has no more use for it.
            OrtSession.Result result = session.run(feeds);
            List<OnnxTensor> outputs = new ArrayList<>();
            for (var entry : result) {
                values.add(entry.getValue());
                if (!(entry.getValue() instanceof OnnxTensor tensor)) {
                    values.forEach(OnnxValue::close);
                    throw InputException.of(
                            where,
                            "output '%s' is not a tensor".formatted(entry.getKey()),
                            "use --method alternating --no-correct");
                }
                outputs.add(tensor);
            }
            return outputs;
        } catch (OrtException e) {
            throw InputException.of(
                    where,
                    "ONNX Runtime can not run the node: " + e.getMessage(),
                    "check the model and its input's shape (--input-shape)",
                    e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw InputException.of(where, "ONNX Runtime can not close the node: " + e.getMessage(), "try again", e);
        } finally {
            options.close();
            large.close();
        }
    }
}
