package dev.signet.train.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.norm.BatchNorm;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** ONNX operators in PyTorch's. Source: the ONNX operator reference, opsets 7 to 21. */
final class Operators {
    private static final Map<String, Consumer<Operands>> ALL = table();

    private Operators() {}

    private static Map<String, Consumer<Operands>> table() {
        Map<String, Consumer<Operands>> table = new TreeMap<>();
        table.put("Conv", Windowed::convolution);
        table.put("MaxPool", Windowed::maxPool);
        table.put("AveragePool", Windowed::averagePool);
        table.put("GlobalAveragePool", o -> o.output(Movement.mean(o.array(0), 2, 3)));
        table.put("BatchNormalization", Operators::batchNormalization);
        table.put("InstanceNormalization", Operators::instanceNormalization);
        table.put("Gemm", Operators::gemm);
        table.put("MatMul", o -> o.output(o.array(0).matMul(o.array(1))));
        table.put("Add", o -> o.output(o.array(0).add(o.array(1))));
        table.put("Sub", o -> o.output(o.array(0).sub(o.array(1))));
        table.put("Mul", o -> o.output(o.array(0).mul(o.array(1))));
        table.put("Div", o -> o.output(o.array(0).div(o.array(1))));
        table.put("Relu", unary(Activation::relu));
        table.put("Sigmoid", unary(Activation::sigmoid));
        table.put("Tanh", unary(Activation::tanh));
        table.put("Neg", unary(NDArray::neg));
        table.put("Sqrt", unary(NDArray::sqrt));
        table.put("Exp", unary(NDArray::exp));
        table.put("Identity", unary(x -> x));
        table.put("Dropout", unary(x -> x));
        table.put("LeakyRelu", o -> o.output(Activation.leakyRelu(o.array(0), o.number("alpha", 0.01f))));
        table.put("PRelu", Operators::prelu);
        table.put("Clip", Operators::clip);
        table.put("Softmax", o -> o.output(o.array(0).softmax(o.axis(o.integer("axis", -1), o.array(0)))));
        table.put("Flatten", Movement::flatten);
        table.put("Reshape", Movement::reshape);
        table.put("Transpose", Movement::transpose);
        table.put("Concat", Movement::concat);
        table.put("Slice", Movement::slice);
        table.put("Pad", Movement::pad);
        table.put("DepthToSpace", Movement::depthToSpace);
        table.put("Resize", Movement::resize);
        table.put("Upsample", Movement::resize);
        table.put("ReduceMean", Movement::reduceMean);
        table.put("Squeeze", Movement::squeeze);
        table.put("Unsqueeze", Movement::unsqueeze);
        table.put("Constant", o -> {});
        return table;
    }

    /** Refuses a node that can not be differentiated here. */
    static void check(OnnxModel model, NodeProto node, int index) {
        if (!NodeView.of(node).isStandard() || !ALL.containsKey(node.getOpType())) {
            throw InputException.of(
                    model.where() + ": " + NodeView.of(node).where(index),
                    "this operator has no gradient here; supported are " + String.join(", ", ALL.keySet()),
                    "use a network of these operators");
        }
    }

    /** Runs a node; one that PyTorch refuses is reported by name. */
    static void run(Operands operands) {
        try {
            ALL.getOrDefault(operands.node().getOpType(), o -> {}).accept(operands);
        } catch (IllegalArgumentException | ai.djl.engine.EngineException e) {
            throw InputException.of(
                    operands.where(), "can not be run: " + e.getMessage(), "check the model and its input", e);
        }
    }

    private static Consumer<Operands> unary(UnaryOperator<NDArray> function) {
        return operands -> operands.output(function.apply(operands.array(0)));
    }

    private static void batchNormalization(Operands o) {
        // -1 is DJL's way to name the channels' axis without moving it. Its momentum is ONNX's: the weight of the past.
        NDList result = BatchNorm.batchNorm(
                o.array(0),
                o.array(3),
                o.array(4),
                o.array(1),
                o.array(2),
                -1,
                o.number("momentum", 0.9f),
                o.number("epsilon", 1e-5f),
                o.training());
        o.output(result.singletonOrThrow());
    }

    private static void instanceNormalization(Operands o) {
        NDArray x = o.array(0);
        NDArray centred = x.sub(Movement.mean(x, 2, 3));
        NDArray variance = Movement.mean(centred.square(), 2, 3);
        NDArray normal = centred.div(variance.add(o.number("epsilon", 1e-5f)).sqrt());
        NDManager manager = x.getManager();
        o.output(normal.mul(perChannel(o.array(1), manager)).add(perChannel(o.array(2), manager)));
    }

    /** [channels] as [channels, 1, 1]; the view belongs to {@code manager}, not to the weights' own. */
    private static NDArray perChannel(NDArray values, NDManager manager) {
        NDArray view = values.reshape(new Shape(values.size(), 1, 1));
        view.attach(manager);
        return view;
    }

    private static void prelu(Operands o) {
        NDArray x = o.array(0);
        NDArray slope = o.array(1);
        // max(x, 0) + slope * min(x, 0)
        NDArray positive = Activation.relu(x);
        o.output(positive.add(x.sub(positive).mul(slope)));
    }

    private static void clip(Operands o) {
        float low = o.optional(1).map(NDArray::getFloat).orElse(o.number("min", -Float.MAX_VALUE));
        float high = o.optional(2).map(NDArray::getFloat).orElse(o.number("max", Float.MAX_VALUE));
        o.output(o.array(0).clip(low, high));
    }

    private static void gemm(Operands o) {
        NDArray a = o.integer("transA", 0) == 0 ? o.array(0) : o.array(0).transpose();
        NDArray b = o.array(1);
        if (o.integer("transB", 0) != 0) {
            b = b.transpose();
            b.attach(a.getManager());
        }
        NDArray product = a.matMul(b);
        float alpha = o.number("alpha", 1);
        NDArray scaled = alpha == 1 ? product : Scalars.times(product, alpha);
        float beta = o.number("beta", 1);
        o.output(o.optional(2)
                .map(bias -> scaled.add(
                        beta == 1 ? bias : a.getManager().create(beta).mul(bias)))
                .orElse(scaled));
    }
}
