package dev.signet.engine;

import dev.signet.engine.graph.Node;
import dev.signet.engine.operator.Operands.Operand;
import dev.signet.engine.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A layer with weights, at the moment when a {@link LayerWalk} comes to it: what goes in and comes out in the original network
 * and in the one with replaced weights. Outputs are computed when they are asked for.
 *
 * <p>Tensors are not copies: read them, do not write to them, and do not keep them longer than needed.
 */
public final class Layer {
    private final LayerWalk walk;
    private final Node node;
    private final Tensor weight;
    private @Nullable Tensor replacement;
    private float @Nullable [] replacedBias;
    private @Nullable Tensor output;
    private @Nullable Tensor replacedOutput;

    Layer(LayerWalk walk, Node node, Tensor weight, @Nullable Tensor replacement) {
        this.walk = walk;
        this.node = node;
        this.weight = weight;
        this.replacement = replacement;
    }

    /** The node: name, operator, attributes. */
    public Node node() {
        return node;
    }

    /** Name of the weight; several layers may share one. */
    public String weightName() {
        return node.inputs().get(1);
    }

    /** The original weight, in ONNX's layout. */
    public Tensor weight() {
        return weight;
    }

    /** The weight with which the second stream computes: the original, or what replaced it, maybe in an earlier layer. */
    public Tensor replacedWeight() {
        return replacement == null ? weight : replacement;
    }

    /** The original bias, if the layer has a constant one: the third input of Conv, ConvTranspose and Gemm. */
    public Optional<Tensor> bias() {
        List<@Nullable Operand> operands = walk.operands(node, false);
        Operand bias = operands.size() > 2 ? operands.get(2) : null;
        return bias == null ? Optional.empty() : bias.value();
    }

    /** What goes in in the original network. */
    public Tensor input() {
        return value(walk.operands(node, false));
    }

    /** What goes in with the replaced weights so far; the same tensor as {@link #input} if there are none. */
    public Tensor replacedInput() {
        return value(walk.operands(node, true));
    }

    private static Tensor value(List<@Nullable Operand> operands) {
        Operand first = operands.getFirst();
        if (first == null) {
            throw new IllegalStateException("a layer always has an input");
        }
        return first.value().orElseThrow();
    }

    /** What comes out in the original network. */
    public Tensor output() {
        Tensor known = output;
        if (known == null) {
            known = compute(false, weight, null);
            output = known;
        }
        return known;
    }

    /** What comes out with {@link #replacedInput} and the weight and bias that are set now. */
    public Tensor replacedOutput() {
        Tensor known = replacedOutput;
        if (known == null) {
            boolean same = replacement == null && replacedBias == null && input().sharesValuesWith(replacedInput());
            known = same ? output() : compute(true, replacedWeight(), replacedBias);
            replacedOutput = known;
        }
        return known;
    }

    /**
     * Sets the weight, and maybe the bias, of the second stream. May be called again, with a better answer; the last one counts.
     *
     * @param values as many values as {@link #weight} has, in its layout; not copied
     * @param bias one value for each output channel, or null to keep the bias that the node has
     * @throws IllegalArgumentException if the number of values is wrong, or MatMul, which has no bias, is given one
     */
    public void replace(float[] values, float @Nullable [] bias) {
        if (values.length != weight.size()) {
            throw new IllegalArgumentException(
                    "%d weights where %s needs %d".formatted(values.length, weight.shape(), weight.size()));
        }
        if (bias != null && node.operator().equals("MatMul")) {
            throw new IllegalArgumentException("MatMul has no bias");
        }
        replacement = LayerWalk.like(weight, values);
        replacedBias = bias;
        replacedOutput = null;
    }

    @Nullable
    Tensor replacement() {
        return replacement;
    }

    private Tensor compute(boolean replaced, Tensor with, float @Nullable [] bias) {
        List<@Nullable Operand> operands = walk.operands(node, replaced);
        operands.set(1, Operand.constant(with));
        if (bias != null) {
            Operand third = Operand.constant(Tensor.of(bias, bias.length));
            if (operands.size() > 2) {
                operands.set(2, third);
            } else {
                operands.add(third);
            }
        }
        return walk.evaluate(biased(bias != null), operands).getFirst();
    }

    // A bias is added as an input of that position; Gemm scales its own, and an added one must not be scaled.
    private Node biased(boolean added) {
        return added ? node.withBias() : node;
    }
}
