package dev.signet.engine;

import dev.signet.engine.tensor.Shape;
import java.util.List;

/**
 * A step of a {@link Session}: a node, with those that were fused into it.
 *
 * @param name the node's name, or its first output where it has none
 * @param operator the operator, followed by those that were fused into it
 * @param names what others may call it: names and outputs of the node and of those fused into it
 * @param inputs shapes of what it reads
 * @param output shape of its first output
 * @param strategy how it is computed
 * @param products multiplications of the sums that define it, for all images; 0 for one without sums of products
 * @param cost what the engine's cost model expects, in the time of {@link Processor#LANES} products at the processor's peak
 */
public record Layer(
        String name,
        String operator,
        List<String> names,
        List<Shape> inputs,
        Shape output,
        String strategy,
        long products,
        double cost) {}
