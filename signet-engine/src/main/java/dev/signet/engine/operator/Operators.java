package dev.signet.engine.operator;

import static dev.signet.engine.operator.Elementwise.Function;
import static dev.signet.engine.operator.Elementwise.Scalar;

import dev.signet.engine.graph.Attributes;
import dev.signet.engine.graph.Node;
import dev.signet.engine.operator.Arithmetic.Operation;
import dev.signet.engine.operator.Reduction.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The operators that the engine has, by their names in ONNX's standard domain. */
public final class Operators {
    private static final Map<String, Operator> ALL = all();

    private Operators() {}

    /** The operator of that name. */
    public static Optional<Operator> find(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    /** Whether {@code node} can be the epilogue of a convolution, if its inputs but the first are constants. */
    public static boolean canFollowProduct(Node node) {
        return Epilogues.accepts(node);
    }

    private static Map<String, Operator> all() {
        Map<String, Operator> all = new TreeMap<>();
        products(all);
        elementwise(all);
        spatial(all);
        shapes(all);
        return Map.copyOf(all);
    }

    private static void products(Map<String, Operator> all) {
        all.put("Conv", new Convolution());
        all.put("ConvTranspose", new ConvolutionTranspose());
        all.put("Gemm", new Gemm());
        all.put("MatMul", new MatMul());
    }

    private static void elementwise(Map<String, Operator> all) {
        all.put("Add", new Arithmetic(Operation.ADD));
        all.put("Sum", new Arithmetic(Operation.ADD));
        all.put("Sub", new Arithmetic(Operation.SUBTRACT));
        all.put("Mul", new Arithmetic(Operation.MULTIPLY));
        all.put("Div", new Arithmetic(Operation.DIVIDE));
        all.put("Pow", new Arithmetic(Operation.POWER));
        all.put("Min", new Arithmetic(Operation.MINIMUM));
        all.put("Max", new Arithmetic(Operation.MAXIMUM));
        all.put("PRelu", new Arithmetic(Operation.PRELU));
        all.put("Relu", new Rectifier());
        all.put("LeakyRelu", new Rectifier());
        all.put("Clip", new Clip());
        all.put("Softmax", new Softmax(false));
        all.put("LogSoftmax", new Softmax(true));
        vectors(all, "Sigmoid", (kernels, x, y, at, n) -> kernels.functions().sigmoid(x, at, y, at, n));
        vectors(all, "Tanh", (kernels, x, y, at, n) -> kernels.functions().tanh(x, at, y, at, n));
        vectors(all, "Exp", (kernels, x, y, at, n) -> kernels.functions().exp(x, at, y, at, n));
        function(all, "Log", x -> (float) Math.log(x));
        function(all, "Sqrt", x -> (float) Math.sqrt(x));
        function(all, "Reciprocal", x -> 1 / x);
        function(all, "Neg", x -> -x);
        function(all, "Abs", Math::abs);
        function(all, "Floor", x -> (float) Math.floor(x));
        function(all, "Ceil", x -> (float) Math.ceil(x));
        vectors(all, "Erf", (kernels, x, y, at, n) -> kernels.functions().erf(x, at, y, at, n));
        function(all, "Softplus", x -> (float) (Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))));
        function(all, "Softsign", x -> x / (1 + Math.abs(x)));
        vectors(all, "HardSwish", Elementwise::hardSwish);
        function(all, "Mish", x -> (float) (x * Math.tanh(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))))));
        all.put("HardSigmoid", new Elementwise(node -> {
            Attributes attributes = node.attributes();
            return Elementwise.hardSigmoid(attributes.number("alpha", 0.2f), attributes.number("beta", 0.5f));
        }));
        all.put("Elu", new Elementwise(node -> {
            float alpha = node.attributes().number("alpha", 1);
            return Function.of(x -> x < 0 ? (float) (alpha * Math.expm1(x)) : x);
        }));
        all.put("Selu", new Elementwise(node -> {
            float alpha = node.attributes().number("alpha", 1.6732632f);
            float gamma = node.attributes().number("gamma", 1.050701f);
            return Function.of(x -> gamma * (x <= 0 ? (float) (alpha * Math.expm1(x)) : x));
        }));
        all.put("Gelu", new Elementwise(node -> {
            boolean tanh = node.attributes().text("approximate", "none").equals("tanh");
            return tanh ? Function.of(Elementwise::geluTanh) : Elementwise::gelu;
        }));
    }

    private static void function(Map<String, Operator> all, String name, Scalar function) {
        vectors(all, name, Function.of(function));
    }

    private static void vectors(Map<String, Operator> all, String name, Function function) {
        all.put(name, new Elementwise(node -> function));
    }

    private static void spatial(Map<String, Operator> all) {
        all.put("BatchNormalization", Normalization::batch);
        all.put("InstanceNormalization", Normalization::instance);
        all.put("MaxPool", new Pooling(true));
        all.put("AveragePool", new Pooling(false));
        all.put("GlobalAveragePool", Reduction.global(Kind.MEAN));
        all.put("GlobalMaxPool", Reduction.global(Kind.MAX));
        all.put("ReduceMean", Reduction.of(Kind.MEAN));
        all.put("ReduceSum", Reduction.of(Kind.SUM));
        all.put("ReduceMax", Reduction.of(Kind.MAX));
        all.put("ReduceMin", Reduction.of(Kind.MIN));
        all.put("Resize", new Resize());
        all.put("Upsample", new Resize());
        all.put("Pad", Movement::pad);
        all.put("DepthToSpace", Movement::depthToSpace);
    }

    private static void shapes(Map<String, Operator> all) {
        all.put("Identity", Shapes::identity);
        all.put("Dropout", Shapes::dropout);
        all.put("Reshape", Shapes::reshape);
        all.put("Flatten", Shapes::flatten);
        all.put("Squeeze", Shapes::squeeze);
        all.put("Unsqueeze", Shapes::unsqueeze);
        all.put("Shape", Shapes::shape);
        all.put("Size", Shapes::size);
        all.put("Constant", Shapes::constant);
        all.put("ConstantOfShape", Shapes::constantOfShape);
        all.put("Cast", Shapes::cast);
        all.put("Transpose", Movement::transpose);
        all.put("Slice", Movement::slice);
        all.put("Split", Movement::split);
        all.put("Concat", Movement::concat);
        all.put("Gather", Movement::gather);
        all.put("Expand", Movement::expand);
        all.put("Tile", Movement::tile);
    }
}
