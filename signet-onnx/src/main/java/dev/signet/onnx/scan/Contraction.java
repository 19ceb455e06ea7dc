package dev.signet.onnx.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An Einsum of two operands, of which one is a weight: its dimensions that the output has are filters, the others are inputs.
 *
 * @param weight the labels of the weight's dimensions
 * @param filters those that the output has
 * @param inputs those that are summed over, all of which the other operand has
 */
record Contraction(String weight, String filters, String inputs) {
    /**
     * Reads an equation such as {@code bchw,oc->bohw}.
     *
     * @param operand the one that is the weight
     * @return empty where the equation is none of two operands, repeats a dimension, or sums over nothing
     */
    static Optional<Contraction> of(String equation, int operand) {
        String[] sides = equation.replace(" ", "").split("->", -1);
        String[] operands = sides[0].split(",", -1);
        if (sides.length != 2 || operands.length != 2 || equation.contains(".")) {
            return Optional.empty();
        }
        String weight = operands[operand];
        String other = operands[1 - operand];
        StringBuilder filters = new StringBuilder();
        StringBuilder inputs = new StringBuilder();
        for (int i = 0; i < weight.length(); i++) {
            char label = weight.charAt(i);
            boolean repeated = weight.indexOf(label) != weight.lastIndexOf(label);
            boolean given = sides[1].indexOf(label) >= 0;
            if (repeated || (!given && other.indexOf(label) < 0)) {
                return Optional.empty();
            }
            (given ? filters : inputs).append(label);
        }
        return inputs.isEmpty() || filters.isEmpty()
                ? Optional.empty()
                : Optional.of(new Contraction(weight, filters.toString(), inputs.toString()));
    }

    /** The weight of this shape as [filters x inputs]; empty where it has another number of dimensions. */
    Optional<FilterView> view(int[] shape) {
        if (shape.length != weight.length()) {
            return Optional.empty();
        }
        String order = filters + inputs;
        int[] sizes = new int[shape.length];
        int[] permutation = new int[shape.length];
        int rows = 1;
        int columns = 1;
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < shape.length; i++) {
            int place = weight.indexOf(order.charAt(i));
            places.add(place);
            sizes[i] = shape[place];
            rows *= i < filters.length() ? sizes[i] : 1;
            columns *= i < filters.length() ? 1 : sizes[i];
        }
        for (int i = 0; i < shape.length; i++) {
            permutation[i] = places.indexOf(i);
        }
        return Optional.of(new FilterView(rows, columns, 1, sizes, permutation, shape));
    }
}
