package dev.signet.engine.operator;

import static dev.signet.engine.operator.Elementwise.Function;
import static dev.signet.engine.operator.Elementwise.Scalar;

import dev.signet.engine.graph.Attributes;
import dev.signet.engine.graph.Node;
import dev.signet.engine.operator.Arithmetic.Operation;
import dev.signet.engine.operator.Logic.Comparison;
import dev.signet.engine.operator.Reduction.Kind;
import java.util.List;
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

    /** The names of all operators, in alphabetical order. */
    public static List<String> names() {
        return ALL.keySet().stream().sorted().toList();
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
        logic(all);
        reductions(all);
        indexing(all);
        shapes(all);
        return Map.copyOf(all);
    }

    private static void products(Map<String, Operator> all) {
        all.put("Conv", new Convolution());
        all.put("ConvTranspose", new ConvolutionTranspose());
        all.put("Gemm", new Gemm());
        all.put("MatMul", new MatMul());
        all.put("Einsum", new Einsum());
        all.put("RNN", new Recurrence(Recurrence.Kind.RNN));
        all.put("GRU", new Recurrence(Recurrence.Kind.GRU));
        all.put("LSTM", new Recurrence(Recurrence.Kind.LSTM));
    }

    private static void elementwise(Map<String, Operator> all) {
        all.put("Add", new Arithmetic(Operation.ADD));
        all.put("Sum", new Arithmetic(Operation.ADD));
        all.put("Sub", new Arithmetic(Operation.SUBTRACT));
        all.put("Mul", new Arithmetic(Operation.MULTIPLY));
        all.put("Div", new Arithmetic(Operation.DIVIDE));
        all.put("Mod", (node, in) -> {
            boolean remainder = node.attributes().flag("fmod", false);
            return new Arithmetic(remainder ? Operation.REMAINDER : Operation.MODULO).plan(node, in);
        });
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
        all.put(
                "Swish",
                new Elementwise(node -> Elementwise.swish(node.attributes().number("alpha", 1))));
        vectors(all, "Tanh", (kernels, x, y, at, n) -> kernels.functions().tanh(x, at, y, at, n));
        vectors(all, "Exp", (kernels, x, y, at, n) -> kernels.functions().exp(x, at, y, at, n));
        function(all, "Log", x -> (float) Math.log(x));
        function(all, "Sqrt", x -> (float) Math.sqrt(x));
        function(all, "Reciprocal", x -> 1 / x);
        function(all, "Neg", x -> -x);
        function(all, "Abs", Math::abs);
        function(all, "Floor", x -> (float) Math.floor(x));
        function(all, "Round", x -> (float) Math.rint(x));
        function(all, "Sign", Math::signum);
        function(all, "Sin", x -> (float) Math.sin(x));
        function(all, "Cos", x -> (float) Math.cos(x));
        function(all, "Ceil", x -> (float) Math.ceil(x));
        vectors(all, "Erf", (kernels, x, y, at, n) -> kernels.functions().erf(x, at, y, at, n));
        function(all, "Softplus", x -> (float) (Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))));
        function(all, "Softsign", x -> x / (1 + Math.abs(x)));
        vectors(all, "HardSwish", Elementwise::hardSwish);
        function(all, "Mish", x -> (float) (x * Math.tanh(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))))));
        all.put("Affine", new Elementwise(node -> {
            float alpha = node.attributes().number("alpha", 1);
            float beta = node.attributes().number("beta", 0);
            float infinity = Float.POSITIVE_INFINITY;
            return (kernels, x, y, at, n) -> kernels.affineClip(x, at, y, at, n, alpha, beta, -infinity, infinity);
        }));
        all.put("HardSigmoid", new Elementwise(node -> {
            Attributes attributes = node.attributes();
            return Elementwise.hardSigmoid(attributes.number("alpha", 0.2f), attributes.number("beta", 0.5f));
        }));
        all.put("Elu", new Elementwise(node -> {
            float alpha = node.attributes().number("alpha", 1);
            return alpha > 0 && alpha <= 1
                    ? Elementwise.elu(alpha)
                    : Function.of(x -> x < 0 ? (float) (alpha * Math.expm1(x)) : x);
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
        all.put("LayerNormalization", Normalization::layer);
        all.put("MaxPool", new Pooling(true));
        all.put("AveragePool", new Pooling(false));
        all.put("GlobalAveragePool", Reduction.global(Kind.MEAN));
        all.put("GlobalMaxPool", Reduction.global(Kind.MAX));
        all.put("Resize", new Resize());
        all.put("Upsample", new Resize());
        all.put("Pad", Movement::pad);
        all.put("Crop", Movement::crop);
        all.put("ImageScaler", Normalization::scaler);
        all.put("DepthToSpace", Movement::depthToSpace);
    }

    private static void logic(Map<String, Operator> all) {
        all.put("Equal", new Logic(Comparison.EQUAL));
        all.put("Greater", new Logic(Comparison.GREATER));
        all.put("Less", new Logic(Comparison.LESS));
        all.put("GreaterOrEqual", new Logic(Comparison.GREATER_OR_EQUAL));
        all.put("LessOrEqual", new Logic(Comparison.LESS_OR_EQUAL));
        all.put("And", new Logic(Comparison.AND));
        all.put("Or", new Logic(Comparison.OR));
        all.put("Xor", new Logic(Comparison.XOR));
        all.put("Not", Logic::not);
        all.put("Where", Logic::where);
    }

    private static void reductions(Map<String, Operator> all) {
        all.put("ReduceMean", Reduction.of(Kind.MEAN));
        all.put("ReduceSum", Reduction.of(Kind.SUM));
        all.put("ReduceMax", Reduction.of(Kind.MAX));
        all.put("ReduceMin", Reduction.of(Kind.MIN));
        all.put("ReduceProd", Reduction.of(Kind.PRODUCT));
        all.put("ReduceL1", Reduction.of(Kind.ABSOLUTE));
        all.put("ReduceL2", Reduction.of(Kind.NORM));
        all.put("ReduceSumSquare", Reduction.of(Kind.SQUARES));
        all.put("ReduceLogSum", Reduction.of(Kind.LOGARITHM));
        all.put("ReduceLogSumExp", Reduction.of(Kind.LOGARITHM_OF_EXPONENTIALS));
        all.put("ArgMax", Ranking.argument(true));
        all.put("ArgMin", Ranking.argument(false));
        all.put("TopK", Ranking::top);
    }

    private static void indexing(Map<String, Operator> all) {
        all.put("Gather", Movement::gather);
        all.put("GatherElements", Indexing::gatherElements);
        all.put("GatherND", Indexing::gatherNd);
        all.put("ScatterElements", Indexing::scatterElements);
        all.put("ScatterND", Indexing::scatterNd);
        all.put("Range", Indexing::range);
        all.put("NonZero", Indexing::nonZero);
        all.put("NonMaxSuppression", NonMaxSuppression::plan);
    }

    private static void shapes(Map<String, Operator> all) {
        all.put("If", Choice::plan);
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
        all.put("Expand", Movement::expand);
        all.put("Tile", Movement::tile);
    }
}
