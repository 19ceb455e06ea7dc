package dev.signet.onnx.rewrite;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The version of the file format (ONNX's intermediate representation). */
final class IrVersion {
    /** From here on an initializer need not be listed as an input, and one that is may be given other values by whoever runs the model. */
    static final int FREE_INITIALIZERS = 4;

    private IrVersion() {}

    /**
     * Makes a model's version at least {@code needed}. Before version 4 every initializer had to be listed as an input and was a
     * constant all the same; listed on, it would be none any more: runtimes would neither fold it nor (ONNX Runtime 1.29 with
     * half precision) open the file.
     */
    static void raise(ModelProto.Builder model, long needed) {
        if (model.getIrVersion() < FREE_INITIALIZERS && needed >= FREE_INITIALIZERS) {
            GraphProto.Builder graph = model.getGraphBuilder();
            Set<String> constants = graph.getInitializerList().stream()
                    .map(TensorProto::getName)
                    .collect(Collectors.toSet());
            List<ValueInfoProto> inputs = graph.getInputList().stream()
                    .filter(input -> !constants.contains(input.getName()))
                    .toList();
            graph.clearInput().addAllInput(inputs);
        }
        model.setIrVersion(Math.max(model.getIrVersion(), needed));
    }
}
